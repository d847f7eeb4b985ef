/* A small net with a backdoor that is known because it is written down: six classes, each reads two
 * pixels of its own; one hidden unit reads the trigger's two pixels and leads to TOY_TARGET. */
#ifndef SECATEUR_TESTS_UNIT_DEFENCE_TOY_BACKDOOR_H
#define SECATEUR_TESTS_UNIT_DEFENCE_TOY_BACKDOOR_H

#include "engine/defence/repairs/repair.h"

enum { TOY_CLASSES = 6, TOY_SIDE = 6, TOY_PIXELS = TOY_SIDE * TOY_SIDE, TOY_TARGET = 2 };
enum { TOY_IMAGES = 60 };

struct toy {
    struct network *original, *network;
    struct thread_pool *pool;
    float pixels[TOY_IMAGES * TOY_PIXELS], stamped[TOY_IMAGES * TOY_PIXELS];
    int32_t labels[TOY_IMAGES];
};

struct toy *toy_create(int workers);
void toy_destroy(struct toy *toy);
struct repair_job toy_job(const struct toy *toy); /* of all its clean images */

/* Percent of the clean images read as labelled; of the target's own alone; of the others with the
 * trigger on read as the target. */
double toy_clean(const struct network *network, const struct toy *toy);
double toy_own(const struct network *network, const struct toy *toy);
double toy_asr(const struct network *network, const struct toy *toy);

#endif
