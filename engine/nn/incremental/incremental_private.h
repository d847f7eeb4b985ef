/* What is kept of each image, and one step of an image; shared by incremental*.c.
 * Thread: as in incremental.h. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_PRIVATE_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_PRIVATE_H

#include "engine/nn/incremental/incremental.h"
#include "engine/nn/incremental/recompute.h"

/* What the bound needs of a stage. Squares are sums of squares, never too small. */
struct error_bound {
    double lost;      /* |sums - (bias + products with the values before them)| */
    double squares;   /* of the values */
    double threshold; /* sums above minus this are counted */
    int32_t counted;
    uint32_t window_max; /* where the first term reads the site: most values of one window */
};

/* What is kept of an image; behind it the sums of all stages that are not recomputed. */
struct image_state {
    double squares;              /* of the site's values */
    uint32_t count;              /* of those that are not zero */
    uint32_t steps;              /* since it was started */
    struct error_bound bounds[]; /* [n_stages] */
};

struct incremental_state {
    struct delta_plan *plan;
    bool owns_plan;
    bool recomputed[DELTA_STAGES_MAX]; /* the sums of a stage are not kept */
    const struct capture_kernels *capture;
    size_t n_site, pixels, columns; /* values of the site, and its places */
    size_t n_values, n_sums;        /* of all stages; of the stages that are kept */
    bool can_seed;                  /* a pass has all sums */
    struct image_state **images;    /* [n_images] NULL: never started */
    bool *stale;                    /* [n_images] */
    struct arena *arena;
};

enum incremental_kind { INCREMENTAL_STAY, INCREMENTAL_TRY, INCREMENTAL_COMMIT, INCREMENTAL_START };

struct incremental_step {
    enum incremental_kind kind;
    struct delta_site site;
    struct delta_list all;           /* of a start: the values of the site, as changes */
    struct image_state *state, *own; /* without sums: of the image; or, in a trial, a copy of it */
    float *sums;                     /* of the image */
    bool finite;
    struct delta_list lists[DELTA_STAGES_MAX];    /* changes of the values of each stage */
    double site_change, change[DELTA_STAGES_MAX]; /* lengths of the changes */
    float *changes[DELTA_STAGES_MAX];             /* of sums */
    bool *touched[DELTA_STAGES_MAX];
    float *units; /* values of the last stage, [positions][padded] */
    int n_stages;
};

/* Memory for what is kept of an image, NULL where there is no room; its sums. */
struct image_state *incremental_make_state(struct incremental_state *incremental, int image);
float *incremental_sums(const struct incremental_state *incremental, struct image_state *state);
size_t incremental_head_bytes(const struct incremental_state *incremental); /* without sums */

/* The changes that a term of a stage reads. */
static inline const struct delta_list *incremental_source(
    const struct incremental_step *step, const struct delta_term *term)
{
    return term->source != DELTA_SITE        ? &step->lists[term->source]
           : step->kind == INCREMENTAL_START ? &step->all
                                             : &step->site.removed;
}

#endif
