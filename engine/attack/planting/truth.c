/* Changes by two passes; carriers by putting clean values back and computing on from there. */
#include "engine/attack/planting/truth.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/ranking/ranking.h"
#include "engine/prune/sites/prune_site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct measuring {
    const struct network *network;
    const struct prune_sites *sites;
    int n;                  /* pairs */
    float *clean, *stamped; /* [n, input shape] */
    int32_t *wanted;        /* [n] */
    struct truth *truth;
};

static void change_of(const struct measuring *m, const struct prune_site *site, const float *clean,
    const float *stamped, double *change)
{
    const struct shape *shape = &m->network->layers[site->measured].shape;
    size_t channels = (size_t)shape_channels(shape), places = shape_count(shape) / channels;
    double *squares = memory_array(channels, sizeof *squares);
    for (int i = 0; i < m->n; i++) {
        memset(squares, 0, channels * sizeof *squares);
        for (size_t p = 0; p < places * channels; p++) {
            double d = (double)stamped[p] - (double)clean[p];
            squares[p % channels] += d * d;
        }
        for (size_t c = 0; c < channels; c++)
            change[c] += sqrt(squares[c]) / m->n;
        clean += places * channels;
        stamped += places * channels;
    }
    free(squares);
}

static int hits(const struct measuring *m, struct reference_pass *pass)
{
    const float *logits = reference_pass_tensor(pass, m->network->output);
    int classes = m->network->n_classes, n = 0;
    for (int i = 0; i < m->n; i++, logits += classes)
        n += reference_pass_argmax(logits, classes) == m->wanted[i];
    return n;
}

/* One site at which clean values are put back. */
struct patching {
    struct reference_pass *pass; /* of the stamped images */
    const float *clean;          /* values of the site without the trigger */
    float *stamped;              /* a copy of those with it */
    bool *behind;                /* [n_layers] what is computed anew */
    int measured;
};

static int hits_without(const struct measuring *m, const struct patching *patching,
    const struct truth_site *site, int taken)
{
    const struct shape *shape = &m->network->layers[patching->measured].shape;
    size_t channels = (size_t)shape_channels(shape), all = (size_t)m->n * shape_count(shape);
    float *values = reference_pass_tensor(patching->pass, patching->measured);
    memcpy(values, patching->stamped, all * sizeof *values);
    for (int k = 0; k < taken; k++)
        for (size_t i = (size_t)site->order[k]; i < all; i += channels)
            values[i] = patching->clean[i];
    reference_pass_forward(patching->pass, m->n, patching->behind);
    return hits(m, patching->pass);
}

/* The fewest of the order, by halving: more of them never help the attack by much. */
static int count_carriers(
    const struct measuring *m, const struct patching *patching, const struct truth_site *site)
{
    int before = hits(m, patching->pass), low = 0, high = site->n_channels;
    if (before == 0 || 2 * hits_without(m, patching, site, high) > before)
        return 0;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (2 * hits_without(m, patching, site, middle) > before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void measure_site(void *context, int index, int worker)
{
    (void)worker;
    const struct measuring *m = context;
    const struct network *network = m->network;
    const struct prune_site *from = &m->sites->site[index];
    struct truth_site *site = &m->truth->site[index];
    size_t image = shape_count(&network->layers[network->input].shape);
    size_t values = (size_t)m->n * shape_count(&network->layers[from->measured].shape);
    struct reference_pass *clean = reference_pass_create(network, m->n);
    struct patching patching = {reference_pass_create(network, m->n),
        reference_pass_tensor(clean, from->measured), memory_floats(values),
        memory_array((size_t)network->n_layers, sizeof(bool)), from->measured};
    memcpy(reference_pass_tensor(clean, network->input), m->clean,
        (size_t)m->n * image * sizeof(float));
    memcpy(reference_pass_tensor(patching.pass, network->input), m->stamped,
        (size_t)m->n * image * sizeof(float));
    reference_pass_forward(clean, m->n, NULL);
    reference_pass_forward(patching.pass, m->n, NULL);
    memcpy(patching.stamped, reference_pass_tensor(patching.pass, from->measured),
        values * sizeof(float));
    network_downstream(network, from->measured, patching.behind);
    patching.behind[from->measured] = false;
    site->name = memory_string(from->name);
    site->n_channels = from->n_channels;
    site->change = memory_array((size_t)site->n_channels, sizeof *site->change);
    site->order = memory_array((size_t)site->n_channels, sizeof *site->order);
    change_of(m, from, patching.clean, patching.stamped, site->change);
    ranking_by_score(site->change, site->n_channels, true, site->order);
    site->n_carriers = count_carriers(m, &patching, site);
    free(patching.behind);
    free(patching.stamped);
    reference_pass_destroy(patching.pass);
    reference_pass_destroy(clean);
}

struct truth truth_measure(const struct network *network, struct thread_pool *pool, float scale,
    const struct dataset *clean, const struct dataset *poisoned, const int *clean_of)
{
    struct prune_sites *sites = prune_sites_find(network);
    struct truth truth = {.n_sites = sites->n};
    int all = dataset_count(poisoned), n = all < TRUTH_IMAGES ? all : TRUTH_IMAGES;
    size_t image = shape_count(dataset_shape(clean));
    struct measuring m = {network, sites, n, memory_floats((size_t)n * image),
        memory_floats((size_t)n * image), memory_array((size_t)n, sizeof *m.wanted), &truth};
    truth.site = memory_array((size_t)truth.n_sites, sizeof *truth.site);
    for (int i = 0; i < n; i++) {
        int from = (int)((int64_t)i * all / n);
        dataset_fill(poisoned, from, 1, scale, m.stamped + (size_t)i * image);
        dataset_fill(clean, clean_of[from], 1, scale, m.clean + (size_t)i * image);
        m.wanted[i] = dataset_labels(poisoned)[from];
    }
    thread_pool_run(pool, truth.n_sites, measure_site, &m);
    free(m.clean);
    free(m.stamped);
    free(m.wanted);
    prune_sites_destroy(sites);
    return truth;
}

void truth_finish(struct truth *truth)
{
    for (int i = 0; i < truth->n_sites; i++) {
        free(truth->site[i].name);
        free(truth->site[i].change);
        free(truth->site[i].order);
    }
    free(truth->site);
    *truth = (struct truth){0};
}
