/* What detectors read of an image beside its logits: the features, which the last layer with
 * weights reads, and logits of B on blends of the image with a bank of clean ones (half and half).
 * Owner: a comparison. Thread: each worker has its own memory. */
#ifndef SECATEUR_ENGINE_DEFENCE_READING_H
#define SECATEUR_ENGINE_DEFENCE_READING_H

#include "engine/defence/detectors/detector.h"
#include "engine/io/images/dataset.h"
#include "engine/nn/forward/batched_plan.h"

enum { READING_BLENDS = 32 }; /* clean images of the bank; fewer where there are fewer */

struct reading;

struct reading *reading_create(
    const struct network *b, int workers, const struct pixel_scaling *scaling);
void reading_destroy(struct reading *reading); /* accepts NULL */

/* The layer whose tensor holds the features, and how many they are. */
int reading_layer(const struct network *b);
int reading_features(const struct reading *reading);
/* Copies features out of the first n lanes after a run, of images at.. of the tile. */
void reading_take(
    struct reading *reading, struct batched_pass *pass, int width, int worker, int n, int at);
const float *reading_of(const struct reading *reading, int worker, int at);

/* Chooses the bank, by a seed; the set is not kept. */
void reading_fill_bank(struct reading *reading, const struct dataset *clean, int width);
/* Runs B on the blends of an image; `own`: its place in the clean set, which is not blended with
 * itself, -1: it is none of them. Returns how many: logits[that][n_classes], until the next call of
 * the worker. */
int reading_blend(struct reading *reading, struct batched_pass *pass, const struct dataset *set,
    int image, int own, int worker, const float **logits);

#endif
