/* The door of this room: sums of linear layers behind a site (linear_part.h), kept for every image,
 * that follow what is pruned. The shares of pruned channels are taken off them; they are whole
 * numbers, so sums depend on what is pruned alone, not on the order. The state of an image says for
 * which channels it stands, and is brought up to date from any other.
 * Owner: the caller. Thread: any, one for each image. */
#ifndef SECATEUR_ENGINE_NN_LINEAR_LINEAR_SUMS_H
#define SECATEUR_ENGINE_NN_LINEAR_LINEAR_SUMS_H

#include "engine/base/memory_budget.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/incremental/incremental.h"

struct linear_sums;      /* of n images */
struct linear_sums_work; /* one worker's memory */

/* Behind layer `site`, through layers marked in behind[n_layers]; keeps a pointer to the network
 * and copies weights. Takes its memory as arena_create_share does: where there is no room for all
 * images, the first ones have sums. NULL where nothing follows, or the shortcut is off. */
struct linear_sums *linear_sums_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site, int n_images,
    struct memory_budget *budget);
void linear_sums_destroy(struct linear_sums *sums); /* accepts NULL */
/* Marks the layers whose tensors linear_sums_load fills in. */
void linear_sums_keep(const struct linear_sums *sums, bool *keep);
/* Takes the layers that need not be run then off those marked. */
void linear_sums_leave_out(const struct linear_sums *sums, bool *run);

/* Starts the images of a batch after an unpruned pass that kept what these layers read. */
void linear_sums_store(struct linear_sums *sums, const struct batch *batch);
void linear_sums_stored(struct linear_sums *sums);               /* all are: once, on any worker */
bool linear_sums_has(const struct linear_sums *sums, int image); /* false of NULL */

struct linear_sums_work *linear_sums_work_create(const struct linear_sums *sums);
void linear_sums_work_destroy(struct linear_sums_work *work); /* accepts NULL */

/* What is pruned: the channels with a bit, and one more (-1: none). */
struct linear_sums_pruned {
    const uint32_t *bits;
    int channel;
    bool commits; /* the states of the images follow */
};
/* The values behind the sums of n images, a lane of the pass each; sites[n]: their values at the
 * site, unpruned. */
void linear_sums_load(struct linear_sums *sums, struct linear_sums_work *work,
    const struct linear_sums_pruned *pruned, const int *images, const struct site_values *sites,
    int n, struct batched_pass *pass);

#endif
