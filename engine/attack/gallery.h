/* Sets of procedural faces, labelled with the person, or stamped with the trigger and labelled
 * with the target. Drawn in parallel; the same bytes for any number of workers.
 * Owner: the caller (dataset_unref). Thread: one caller at a time. */
#ifndef SECATEUR_ENGINE_ATTACK_GALLERY_H
#define SECATEUR_ENGINE_ATTACK_GALLERY_H

#include "engine/base/thread_pool.h"
#include "engine/io/images/dataset.h"

struct gallery_options {
    const char *name;
    uint64_t seed;
    int identities; /* people; their numbers are the labels */
    int images;     /* pictures of each */
    uint32_t first; /* number of the first picture: sets whose numbers do not meet are separate */
    bool poisoned;  /* everybody but the target, in sunglasses, labelled `target` */
    int target;
    int limit; /* only the first so many pictures of the set, 0: all */
};

/* Called between chunks with how many pictures are drawn; false cancels. */
typedef bool gallery_progress(void *context, int done, int total);

int gallery_count(const struct gallery_options *options);
int gallery_person(const struct gallery_options *options, int image); /* true class */

/* NULL only when progress (may be NULL) cancelled. Images are ordered picture by picture, people
 * within: any first part shows everybody. */
struct dataset *gallery_create(const struct gallery_options *options, struct thread_pool *pool,
    gallery_progress *progress, void *context, struct error *err);

#endif
