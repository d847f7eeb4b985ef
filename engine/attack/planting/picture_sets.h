/* Images to plant with: procedural faces or the user's own, cut into sets that do not meet, and
 * sets with triggers made from them. Bytes [height, width, channels].
 * Owner: the caller. Thread: one caller at a time. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANTING_PICTURE_SETS_H
#define SECATEUR_ENGINE_ATTACK_PLANTING_PICTURE_SETS_H

#include "engine/attack/attacks/attack.h"
#include "engine/attack/gallery.h"

enum picture_set { PICTURES_TRAINING, PICTURES_VALIDATION, PICTURES_TEST, N_PICTURE_SETS };
enum { SMALL_FACE = 24 }; /* pixels, each side: faces at half their size */

/* People 0..identities-1, so many pictures of each to learn from and a third of that, 8 or more,
 * to validate and to test. False when progress (may be NULL) cancelled. */
bool picture_sets_faces(struct dataset *sets[N_PICTURE_SETS], uint64_t seed, int identities,
    int images, struct thread_pool *pool, gallery_progress *progress, void *context,
    struct error *err);
/* Shuffled by the seed, then 70, 15 and 15 of 100. Values in 0..1 are taken times 255. */
bool picture_sets_cut(struct dataset *sets[N_PICTURE_SETS], const struct dataset *all,
    uint64_t seed, struct error *err);

/* All images of a set that the attack wants, with each trigger, labelled as it wants them.
 * clean: NULL, or becomes the clean image of each, malloc'd. NULL with err: there is none. */
struct dataset *picture_sets_poisoned(const struct attack *attack, const struct attack_setup *setup,
    const struct dataset *set, const char *name, int **clean, struct error *err);
/* Images to learn from, so many with a trigger for each image of the set that the attack may show
 * with one, and covers. */
struct dataset *picture_sets_lesson(const struct attack *attack, const struct attack_setup *setup,
    double poison, const struct dataset *set, struct error *err);

#endif
