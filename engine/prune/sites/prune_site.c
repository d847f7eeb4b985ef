/* Finds where channels can be pruned, and zeroes or restores their weights. Leans on coupling.h. */
#include "engine/prune/sites/prune_site.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/sites/coupling.h"

#include <stdlib.h>
#include <string.h>

/* While sites are found: group[id's root] is the site being collected, position its channel. */
struct finder {
    const struct network *network;
    struct coupling coupling;
    int *site;     /* [n_ids] site of a root, -1 */
    int *position; /* [n_ids] channel of a root within its site */
};

static bool is_producer(const struct layer *layer)
{
    bool silences = false;
    for (int w = 0; w < layer->n_weights; w++)
        silences = silences || layer->weights[w].channel_axis >= 0;
    return layer->class->channels == CHANNELS_NEW && silences;
}

/* Channels that a producer has twice are none of ours: a unit would have to stand for two. */
static void fix_doubles(struct finder *finder)
{
    const struct network *network = finder->network;
    struct coupling *coupling = &finder->coupling;
    int *seen_in = memory_array((size_t)coupling->n_ids, sizeof *seen_in); /* layer + 1 */
    for (int i = 0; i < network->n_layers; i++)
        for (int c = 0; c < shape_channels(&network->layers[i].shape); c++) {
            int root = coupling_root(coupling, coupling->ids[i][c]);
            bool twice = seen_in[root] == i + 1 && is_producer(&network->layers[i]);
            coupling->fixed[root] = coupling->fixed[root] || twice;
            seen_in[root] = i + 1;
        }
    free(seen_in);
}

/* Whether all channels of a layer may be pruned and are distinct. */
static bool prunable(struct finder *finder, int layer)
{
    const int *ids = finder->coupling.ids[layer];
    int channels = shape_channels(&finder->network->layers[layer].shape);
    for (int c = 0; c < channels; c++)
        if (coupling_is_fixed(&finder->coupling, ids[c]))
            return false;
    return is_producer(&finder->network->layers[layer]) && channels > 1;
}

/* Moves every root of site `from` to site `to`. */
static void merge(struct finder *finder, int from, int to)
{
    for (int id = 0; id < finder->coupling.n_ids; id++)
        if (finder->site[id] == from)
            finder->site[id] = to;
}

/* Producers that share a channel share a site: one number each, holes allowed. */
static int number_sites(struct finder *finder)
{
    int n = 0;
    for (int i = 0; i < finder->network->n_layers; i++) {
        if (!prunable(finder, i))
            continue;
        int channels = shape_channels(&finder->network->layers[i].shape);
        int mine = n++;
        for (int c = 0; c < channels; c++) {
            int root = coupling_root(&finder->coupling, finder->coupling.ids[i][c]);
            if (finder->site[root] >= 0 && finder->site[root] != mine)
                merge(finder, finder->site[root], mine);
            finder->site[root] = mine;
        }
    }
    return n;
}

static int root_of(struct finder *finder, int layer, int channel)
{
    return coupling_root(&finder->coupling, finder->coupling.ids[layer][channel]);
}

/* Whether the tensor carries each channel of the site exactly once and nothing else. */
static bool carries(struct finder *finder, int layer, int site, int n_channels)
{
    const struct layer *l = &finder->network->layers[layer];
    if (shape_channels(&l->shape) != n_channels || l->class->channels == CHANNELS_MIX ||
        l->class->channels == CHANNELS_PLANES)
        return false;
    bool *seen = memory_array((size_t)n_channels, sizeof *seen);
    bool all = true;
    for (int c = 0; c < n_channels && all; c++) {
        int root = root_of(finder, layer, c);
        all = finder->site[root] == site && !seen[finder->position[root]];
        if (all)
            seen[finder->position[root]] = true;
    }
    free(seen);
    return all;
}

/* Whether a layer that the producers reach, or one of them, lets one channel reach others. */
static bool mixes(const struct layer *layer, const bool *affected)
{
    bool reads = false;
    for (int k = 0; k < layer->n_inputs; k++)
        reads = reads || affected[layer->inputs[k]];
    return layer->activation.kind == ACTIVATION_SOFTMAX ||
           (reads && layer->class->channels != CHANNELS_PASS &&
               layer->class->channels != CHANNELS_ADD && layer->class->channels != CHANNELS_SCALE);
}

/* Whether what the producers do reaches the rest of the network through `measured` alone, each
 * channel in its own place. */
static bool passes_through(
    const struct network *network, const struct prune_site *site, int measured)
{
    size_t n = (size_t)network->n_layers;
    bool *affected = memory_array(n, sizeof *affected), *behind = memory_array(n, sizeof *behind);
    for (int p = 0; p < site->n_parts; p++)
        network_downstream(network, site->parts[p].layer, affected);
    network_downstream(network, measured, behind);
    bool cut = behind[network->output] && affected[measured];
    for (int p = 0; p < site->n_parts; p++)
        cut = cut && (site->parts[p].layer == measured || !behind[site->parts[p].layer]);
    for (int i = 0; i < network->n_layers && cut; i++) {
        const struct layer *layer = &network->layers[i];
        for (int k = 0; k < layer->n_inputs && behind[i] && i != measured; k++)
            cut = cut && (behind[layer->inputs[k]] || !affected[layer->inputs[k]]);
        if (affected[i] && !behind[i] && (i == network->output || mixes(layer, affected)))
            cut = false;
        if (i == measured && mixes(layer, affected))
            cut = false;
    }
    free(affected);
    free(behind);
    return cut;
}

/* Prunes every channel in a copy and looks whether the measured tensor is all zero. */
static bool silent_when_pruned(
    const struct network *network, const struct prune_site *site, int measured)
{
    struct network *copy = network_clone(network);
    for (int c = 0; c < site->n_channels; c++)
        prune_site_prune(site, copy, c);
    struct reference_pass *pass = reference_pass_create(copy, 1);
    float *input = reference_pass_tensor(pass, copy->input);
    size_t n_input = shape_count(&copy->layers[copy->input].shape);
    for (size_t i = 0; i < n_input; i++)
        input[i] = 0.5f;
    reference_pass_forward(pass, 1, NULL);
    const float *values = reference_pass_tensor(pass, measured);
    size_t n = shape_count(&network->layers[measured].shape);
    bool silent = true;
    for (size_t i = 0; i < n && silent; i++)
        silent = values[i] == 0;
    reference_pass_destroy(pass);
    network_destroy(copy);
    return silent;
}

static void add_parts(struct finder *finder, struct prune_site *site, int number)
{
    const struct network *network = finder->network;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        struct prune_site_part part = {.layer = i, .producer = is_producer(layer)};
        part.unit = memory_array((size_t)site->n_channels, sizeof *part.unit);
        memset(part.unit, -1, (size_t)site->n_channels * sizeof *part.unit);
        bool member = false, twice = false; /* twice: behind a Flatten, no part of a channel */
        for (int c = 0; c < shape_channels(&layer->shape) && layer->n_weights > 0; c++) {
            int root = root_of(finder, i, c);
            if (finder->site[root] != number)
                continue;
            int *unit = &part.unit[finder->position[root]];
            twice = twice || *unit >= 0;
            *unit = c;
            member = true;
        }
        if (member && !twice) {
            site->parts = memory_grow(site->parts, (size_t)site->n_parts + 1, sizeof part);
            site->parts[site->n_parts++] = part;
        } else {
            free(part.unit);
        }
    }
}

/* The last tensor that carries the whole site; one behind which all can be kept if there is. */
static void find_measured(struct finder *finder, struct prune_site *site, int number)
{
    const struct network *network = finder->network;
    site->measured = -1;
    for (int i = 0; i < network->n_layers; i++) {
        if (!carries(finder, i, number, site->n_channels))
            continue;
        bool cut = passes_through(network, site, i);
        if (site->measured < 0 || cut || !site->cacheable) {
            site->measured = i;
            site->cacheable = cut;
        }
    }
}

/* Channels get the order of the measured tensor. */
static void reorder(struct finder *finder, struct prune_site *site)
{
    int *order = memory_array((size_t)site->n_channels, sizeof *order);
    for (int c = 0; c < site->n_channels; c++)
        order[c] = finder->position[root_of(finder, site->measured, c)];
    for (int p = 0; p < site->n_parts; p++) {
        int *unit = memory_array((size_t)site->n_channels, sizeof *unit);
        for (int c = 0; c < site->n_channels; c++)
            unit[c] = site->parts[p].unit[order[c]];
        free(site->parts[p].unit);
        site->parts[p].unit = unit;
    }
    free(order);
}

static void name_site(const struct network *network, struct prune_site *site)
{
    int producers = 0, last = 0;
    for (int p = 0; p < site->n_parts; p++) {
        int layer = site->parts[p].layer;
        if (!site->parts[p].producer || network->layers[layer].owner != layer)
            continue;
        last = site->parts[p].layer;
        char *longer = producers++
                           ? memory_format("%s + %s", site->producers, network->layers[last].name)
                           : memory_string(network->layers[last].name);
        free(site->producers);
        site->producers = longer;
    }
    int layer = producers == 1 ? last : site->measured;
    site->name = memory_string(network->layers[layer].name);
}

static void site_finish(struct prune_site *site)
{
    for (int p = 0; p < site->n_parts; p++)
        free(site->parts[p].unit);
    free(site->parts);
    free(site->members);
    free(site->name);
    free(site->producers);
}

/* Collects site `number`; false when it has no tensor of its own to be measured at. */
static bool collect(struct finder *finder, int number, struct prune_site *site)
{
    *site = (struct prune_site){0};
    for (int id = 0; id < finder->coupling.n_ids; id++)
        if (finder->site[id] == number)
            finder->position[id] = site->n_channels++;
    if (site->n_channels == 0)
        return false;
    add_parts(finder, site, number);
    find_measured(finder, site, number);
    if (site->measured < 0) {
        site_finish(site);
        return false;
    }
    reorder(finder, site);
    name_site(finder->network, site);
    site->cacheable = site->cacheable && silent_when_pruned(finder->network, site, site->measured);
    return true;
}

static int by_place(const void *a, const void *b)
{
    return ((const struct prune_site *)a)->parts[0].layer -
           ((const struct prune_site *)b)->parts[0].layer;
}

struct prune_sites *prune_sites_find(const struct network *network)
{
    struct prune_sites *sites = memory_array(1, sizeof *sites);
    struct finder finder = {.network = network};
    coupling_init(&finder.coupling, network);
    size_t n_ids = (size_t)finder.coupling.n_ids;
    finder.site = memory_array(n_ids, sizeof *finder.site);
    finder.position = memory_array(n_ids, sizeof *finder.position);
    memset(finder.site, -1, n_ids * sizeof *finder.site);
    fix_doubles(&finder);
    int numbers = number_sites(&finder);
    sites->site = memory_array((size_t)numbers + PRUNE_SITES_JOINT, sizeof *sites->site);
    for (int number = 0; number < numbers; number++)
        if (collect(&finder, number, &sites->site[sites->n]))
            sites->n++;
    qsort(sites->site, (size_t)sites->n, sizeof *sites->site, by_place);
    free(finder.site);
    free(finder.position);
    coupling_finish(&finder.coupling);
    return sites;
}

void sites_add_empty(struct prune_sites *sites, const struct network *network)
{
    sites->site[sites->n++] = (struct prune_site){
        .name = memory_string("nothing"),
        .producers = memory_string("nothing"),
        .measured = network->output,
    };
}

void prune_sites_destroy(struct prune_sites *sites)
{
    if (!sites)
        return;
    for (int i = 0; i < sites->n + sites->n_joint; i++)
        site_finish(&sites->site[i]);
    free(sites->site);
    free(sites);
}

/* Whether a layer carries channels of the site: a part, or between a part and the measured one. */
static bool is_on_the_way(const struct network *network, const struct prune_site *site, int layer)
{
    bool *before = memory_array((size_t)network->n_layers, sizeof *before);
    bool *after = memory_array((size_t)network->n_layers, sizeof *after);
    for (int p = 0; p < site->n_parts; p++)
        network_downstream(network, site->parts[p].layer, before);
    network_downstream(network, layer, after);
    bool on = before[layer] && after[site->measured];
    free(before);
    free(after);
    return on;
}

int prune_sites_by_name(
    const struct prune_sites *sites, const struct network *network, const char *name)
{
    int layer = network_find_inner(network, name);
    for (int i = 0; i < sites->n; i++)
        if (strcmp(sites->site[i].name, layer >= 0 ? network->layers[layer].name : name) == 0)
            return i;
    for (int i = 0; i < sites->n && layer >= 0; i++)
        if (sites->site[i].measured == layer)
            return i;
    for (int i = 0; i < sites->n && layer >= 0; i++)
        if (is_on_the_way(network, &sites->site[i], layer))
            return i;
    return -1;
}

int prune_sites_default(const struct prune_sites *sites, const struct network *network)
{
    int convolution = 0, pooled = -1;
    for (int i = 0; i < sites->n; i++) {
        const struct prune_site *site = &sites->site[i];
        if (site->n_parts == 0 || network->layers[site->parts[0].layer].shape.rank != 3)
            continue;
        convolution = i;
        if (strstr(network->layers[site->measured].class->name, "Pooling"))
            pooled = i;
    }
    return pooled >= 0 ? pooled : convolution;
}

void prune_site_prune(const struct prune_site *site, struct network *network, int channel)
{
    for (int p = 0; p < site->n_parts; p++) {
        struct layer *layer = &network->layers[site->parts[p].layer];
        int unit = site->parts[p].unit[channel];
        for (int w = 0; w < layer->n_weights && unit >= 0; w++)
            weight_zero_channel(&layer->weights[w], unit);
    }
}

void prune_site_restore(const struct prune_site *site, struct network *network,
    const struct network *original, int channel)
{
    for (int p = 0; p < site->n_parts; p++) {
        struct layer *layer = &network->layers[site->parts[p].layer];
        const struct layer *source = &original->layers[site->parts[p].layer];
        int unit = site->parts[p].unit[channel];
        for (int w = 0; w < layer->n_weights && unit >= 0; w++)
            weight_copy_channel(&layer->weights[w], &source->weights[w], unit);
    }
}
