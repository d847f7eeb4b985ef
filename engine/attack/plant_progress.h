/* What a net that is being planted reports on its way, for the hooks of those that wait.
 * Thread: the caller's. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANT_PROGRESS_H
#define SECATEUR_ENGINE_ATTACK_PLANT_PROGRESS_H

#include <stdbool.h>

struct train_report;

enum plant_phase { PLANT_DRAWING, PLANT_LEARNING, PLANT_PLANTING, PLANT_MEASURING };

struct plant_report {
    enum plant_phase phase;
    int done, total;       /* of this phase, in images */
    int epoch, epochs;     /* while learning and planting */
    double loss, accuracy; /* of the epoch so far; accuracy 0..1 */
};

struct plant_hooks {
    bool (*progress)(void *context, const struct plant_report *report); /* false cancels */
    void *context;
};

const char *plant_progress_text(enum plant_phase phase); /* "drawing faces" */

struct plant_progress {
    const struct plant_hooks *hooks; /* or NULL */
    enum plant_phase phase;          /* the one under way */
};

/* Hooks of galleries and of the trainer; context: a plant_progress. False cancels. */
bool plant_progress_drawn(void *context, int done, int total);
bool plant_progress_learned(void *context, const struct train_report *train);

#endif
