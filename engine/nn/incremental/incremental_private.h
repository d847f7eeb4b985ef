/* Shadows as incremental.c follows them, incremental_seed.c starts them and
 * incremental_bound.c bounds what that loses. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_PRIVATE_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_INCREMENTAL_PRIVATE_H

#include "engine/nn/incremental/incremental.h"

/* What the bound needs of a stage. Squares are sums of squares, never too small. */
struct error_bound {
    double lost;      /* |sums - (bias + what the products make of the values before them)| */
    double squares;   /* of the values */
    double threshold; /* sums above minus this are counted */
    int32_t counted;
    uint32_t most; /* where the first term reads the site: most values that its window sees */
};

/* What is kept of an image; behind it the sums of all stages that are kept. */
struct image_state {
    double squares;              /* of the site's values */
    uint32_t count;              /* of those that are not zero */
    uint32_t moves;              /* since it was started */
    struct error_bound bounds[]; /* [n_stages] */
};

struct incremental_state {
    struct delta_plan *plan;
    bool borrows;                /* the plan of another one */
    bool anew[DELTA_STAGES_MAX]; /* the sums of a stage are not kept */
    const struct capture_kernels *capture;
    size_t n_site, pixels, columns; /* values of the site, and its places */
    size_t n_values, n_sums;        /* of all stages, and what is kept of an image */
    bool seeds;                     /* a pass has all sums */
    struct image_state **states;    /* [n_images] NULL: never started */
    bool *stale;                    /* [n_images] */
    struct arena *arena;
};

enum incremental_way {
    INCREMENTAL_STAYS,
    INCREMENTAL_TRIES,
    INCREMENTAL_COMMITS,
    INCREMENTAL_STARTS
};

struct incremental_step {
    /* What is asked of it. */
    enum incremental_way way;
    struct delta_site site;
    struct delta_list all; /* of an image that starts: the site, as changes of the tensor */
    /* Where it is. */
    struct image_state *state, *own; /* the image's; or its own, when nothing is kept; no sums */
    float *sums;                     /* of the image */
    bool finite;
    struct delta_list lists[DELTA_STAGES_MAX];  /* changes of values */
    double site_moved, moved[DELTA_STAGES_MAX]; /* lengths: of what goes (or is), of the lists */
    float *changes[DELTA_STAGES_MAX];
    bool *touched[DELTA_STAGES_MAX];
    float *units; /* values of the last stage, [positions][padded] */
    int n_stages;
};

/* Room for what is kept of an image, NULL where there is none; and its sums. */
struct image_state *incremental_make_state(struct incremental_state *incremental, int image);
float *incremental_sums(const struct incremental_state *incremental, struct image_state *state);

/* How far below zero a sum is not above it for certain, if it loses so much at the start. */
enum { INCREMENTAL_THRESHOLD = 64 };

/* What changes before a term of a stage. */
static inline const struct delta_list *incremental_source(
    const struct incremental_step *step, const struct delta_term *term)
{
    return term->source != DELTA_SITE        ? &step->lists[term->source]
           : step->way == INCREMENTAL_STARTS ? &step->all
                                             : &step->site.removed;
}

/* The length that belongs to a sum of n squares, of which the smallest may have vanished, and by
 * how much rounding may have changed the sum when it was made in several parts. */
double incremental_bound_length(double squares, double n);
double incremental_bound_slack(double n);
double incremental_bound_squares(const float *values, size_t n);
/* Most values of a site that a window of a product sees at once. */
uint32_t incremental_bound_most(
    const struct sparse_product *product, const uint32_t *starts, size_t pixels);

/* What goes into a stage in one step. */
struct incremental_input {
    double depth; /* roundings of a sum, at most */
    double lost;  /* by these */
};
struct incremental_input incremental_bound_input(
    const struct incremental_state *incremental, const struct incremental_step *step, int s);
/* Adds up what the values of a stage did in a step. */
void incremental_bound_values(const struct delta_stage *stage, struct error_bound *bound,
    const struct delta_result *result, bool fresh);
/* How far the sums of a stage that is kept may be from those of a run from scratch, beside what
 * following has lost, given how far the values of earlier ones may be. */
double incremental_bound_sums(const struct incremental_state *incremental,
    const struct image_state *state, int s, const double *away);
/* How far the values of the last stage may be. */
double incremental_bound_all(
    const struct incremental_state *incremental, const struct image_state *state);

#endif
