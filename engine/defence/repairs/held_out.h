/* The part of the clean images that no repair learns from: it tells what a repair costs, and
 * chooses between repairs. The same for the same labels and seed. Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_HELD_OUT_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_HELD_OUT_H

#include <stdbool.h>
#include <stdint.h>

/* A class with fewer images has none held out. */
enum { HELD_OUT_FEW = 3 };

/* order[n]: all images, as they are handed to repairs; held[n]: whether image i is held out: one in
 * five of each class, of a class with HELD_OUT_FEW to nine images one. How many are. */
int held_out_split(
    const int32_t *labels, int n, int n_classes, uint64_t seed, int *order, bool *held);

/* Classes without an image, and those with some but fewer than HELD_OUT_FEW. */
void held_out_count_few(const int32_t *labels, int n, int n_classes, int *none, int *few);

#endif
