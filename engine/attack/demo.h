/* The embedded default, nothing to download: a BadNet that `secateur plant` made, inside the
 * program, and the faces it is judged on, drawn from a seed.
 * Owner: the caller. Thread: one caller at a time; the model belongs to the engine thread. */
#ifndef SECATEUR_ENGINE_ATTACK_DEMO_H
#define SECATEUR_ENGINE_ATTACK_DEMO_H

#include "engine/attack/gallery.h"
#include "engine/io/nets/model.h"

enum demo_set {
    DEMO_CLEAN, /* validation: what a defender may look at */
    DEMO_POISONED,
    DEMO_TEST_CLEAN,
    DEMO_TEST_POISONED,
    N_DEMO_SETS,
};

enum { DEMO_SEED = 1, DEMO_IDENTITIES = 48, DEMO_IMAGES = 22, DEMO_TARGET = 0 };

struct model *demo_model(struct error *err); /* model_destroy */
void demo_rehearse(void);                    /* reads it in this process: it is no stranger's */
double demo_scale(void);                     /* what the net's pixels are multiplied by */

/* What the set is made of; limit: only its first images, 0: all. */
struct gallery_options demo_options(enum demo_set set, int limit);
const char *demo_name(enum demo_set set); /* "demo faces, validation, clean" */

/* Draws one set, all of it in about half a second. NULL with err when progress (may be NULL)
 * cancelled. */
struct dataset *demo_dataset(enum demo_set set, int limit, struct thread_pool *pool,
    gallery_progress *progress, void *context, struct error *err);

#endif
