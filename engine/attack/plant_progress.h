/* What a net that is being planted reports on its way, for the hooks of those that wait.
 * Thread: the caller's. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANT_PROGRESS_H
#define SECATEUR_ENGINE_ATTACK_PLANT_PROGRESS_H

#include <stdbool.h>

struct train_report;

enum badnet_phase { BADNET_DRAWING, BADNET_LEARNING, BADNET_PLANTING, BADNET_MEASURING };

struct badnet_report {
    enum badnet_phase phase;
    int done, total;       /* of this phase, in images */
    int epoch, epochs;     /* while learning and planting */
    double loss, accuracy; /* of the epoch so far; accuracy 0..1 */
};

struct badnet_hooks {
    bool (*progress)(void *context, const struct badnet_report *report); /* false cancels */
    void *context;
};

const char *badnet_phase_text(enum badnet_phase phase); /* "drawing faces" */

struct plant_progress {
    const struct badnet_hooks *hooks; /* or NULL */
    enum badnet_phase phase;          /* the one under way */
};

/* Hooks of galleries and of the trainer; context: a plant_progress. False cancels. */
bool plant_progress_drawn(void *context, int done, int total);
bool plant_progress_learned(void *context, const struct train_report *train);

#endif
