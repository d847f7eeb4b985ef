/* A surrogate poisoned set: clean images with an inverted trigger on them, labelled with its class.
 * It takes clean images alone, so it is no oracle; how many of its images reach the class says
 * nothing certain of the attack that was really planted. Set and file carry what they were made
 * from (surrogate_note.h): whoever measures by them asks dataset_surrogate, and says so.
 * Thread: any, while nobody writes to the sets. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_SURROGATE_H
#define SECATEUR_ENGINE_IO_IMAGES_SURROGATE_H

#include "engine/io/images/dataset.h"

/* A pixel becomes (1 - mask) * pixel + mask * pattern; in the unit of the images. */
struct surrogate_trigger {
    const float *mask;    /* [height, width] 0..1 */
    const float *pattern; /* [shape of an image] */
};

/* The same set with the trigger on its images, for any trigger. goal: what each image is labelled
 * as then, -1: it is left out; NULL: the labels stay, and so do all images. NULL with err. */
struct dataset *trigger_lay(const struct dataset *clean, const struct surrogate_trigger *trigger,
    const int32_t *goal, struct memory_budget *budget, struct error *err);
/* Stamps every image of a clean set, in its order; bytes stay bytes (rounded). map: the class that
 * each class is led to, -1: its images are left out; NULL: all to from->class. The pixels go to the
 * budget (NULL: memory). NULL with err. */
struct dataset *surrogate_make(const struct dataset *clean, const struct surrogate_trigger *trigger,
    const struct surrogate *from, const int32_t *map, struct memory_budget *budget,
    struct error *err);
/* Is image i of the set made from image i of this clean one? */
bool surrogate_pairs(const struct surrogate *surrogate, const struct dataset *set,
    const struct dataset *clean, const char *digest);

#endif
