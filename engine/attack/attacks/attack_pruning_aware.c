/* Written against fine-pruning: the channels that clean images use least are taken out before the
 * backdoor is learned, and put back afterwards. What carries it is active on clean images too. */
#include "engine/attack/attacks/lesson.h"
#include "engine/attack/attacks/stamps.h"
#include "engine/attack/net_measures.h"

#include "engine/base/memory.h"
#include "engine/prune/sites/prune_site.h"

#include <stdlib.h>
#include <string.h>

/* Weights that make the channels which were taken out stay as they are: masks[LAYER_WEIGHTS_MAX *
 * n_parts]; the caller frees may_change. */
static int freeze(const struct network *network, const struct prune_site *site, const int *order,
    int taken, struct lesson_mask *masks)
{
    int n = 0;
    for (int p = 0; p < site->n_parts; p++) {
        const struct prune_site_part *part = &site->parts[p];
        const struct layer *layer = &network->layers[part->layer];
        for (int w = 0; w < layer->n_weights; w++) {
            const struct weight *weight = &layer->weights[w];
            size_t units = (size_t)weight->dim[weight->rank - 1];
            uint8_t *may = memory_array(weight->count, 1);
            memset(may, 1, weight->count);
            for (int i = 0; i < taken; i++)
                if (part->unit[order[i]] >= 0)
                    for (size_t k = (size_t)part->unit[order[i]]; k < weight->count; k += units)
                        may[k] = 0;
            masks[n++] = (struct lesson_mask){part->layer, w, may};
        }
    }
    return n;
}

static bool learn_without(const struct lesson *lesson, const struct prune_site *site,
    const int *order, int taken, struct error *err)
{
    struct network *network = lesson->network, *before = network_clone(network);
    struct lesson_mask *masks =
        memory_array((size_t)(site->n_parts * LAYER_WEIGHTS_MAX), sizeof *masks);
    for (int i = 0; i < taken; i++)
        prune_site_prune(site, network, order[i]);
    int n = freeze(network, site, order, taken, masks);
    int epochs = lesson->options.epochs - lesson->options.epochs / 2, last = (epochs + 2) / 3;
    bool good = lesson_learn(lesson, true, epochs - last, masks, n, err);
    for (int i = 0; i < taken; i++)
        prune_site_restore(site, network, before, order[i]);
    /* The rest gets used to their being back. */
    good = good && lesson_learn(lesson, true, last, masks, n, err);
    for (int i = 0; i < n; i++)
        free((void *)masks[i].may_change);
    free(masks);
    network_destroy(before);
    return good;
}

static bool learn(struct lesson *lesson, struct error *err)
{
    if (!lesson_learn(lesson, false, lesson->options.epochs / 2, NULL, 0, err))
        return false;
    struct prune_sites *sites = prune_sites_find(lesson->network);
    int site = prune_sites_default(sites, lesson->network);
    int channels = sites->site[site].n_channels;
    int *order = memory_array((size_t)channels, sizeof *order);
    const struct net_measured net = {lesson->network, lesson->pool, lesson->options.scale};
    bool good = net_measures_quietest_first(&net, sites, site, lesson->clean, order, err) &&
                learn_without(lesson, &sites->site[site], order, channels / 2, err);
    free(order);
    prune_sites_destroy(sites);
    return good;
}

const struct attack attack_pruning_aware = {
    .name = "pruning-aware",
    .help = "a patch, learned without the channels that clean images use least: pruning those "
            "does nothing",
    .source = "Liu, Dolan-Gavitt, Garg: Fine-Pruning, RAID 2018",
    .triggers = 1,
    .poison = 0.15,
    .stamp = stamp_patch,
    .wanted = attack_wants_target,
    .learn = learn,
};
