/* Channels sorted for display, their state and scale, from the snapshot. */
#include "views/facts/channels.h"

#include "engine/base/memory.h"
#include "views/facts/outliers.h"
#include "views/facts/what_if.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double channels_mean(const struct snapshot *s, enum image_set set, int channel)
{
    return s->activations ? s->activations[channel].mean[set] : 0;
}

double channels_difference(const struct snapshot *s, int channel)
{
    return channels_mean(s, SET_POISONED, channel) - channels_mean(s, SET_CLEAN, channel);
}

struct keyed {
    double key;
    int channel;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->channel - y->channel;
}

/* The best first; then those not asked, then those that are gone. */
static double by_what_if(const struct snapshot *s, int channel)
{
    const struct what_if *answer = what_if_of(s, channel);
    bool gone = s->n_rounds > 0 && snapshot_pruned_in(s, s->position, channel);
    return answer ? -what_if_rating(s, answer) : gone ? INFINITY : 1e9;
}

static void sort(struct channels *c, const struct snapshot *s, enum channel_order order)
{
    struct keyed *keyed = memory_array((size_t)c->n + 1, sizeof *keyed);
    for (int i = 0; i < c->n; i++) {
        double key = order == ORDER_RANK         ? (c->rank[i] ? c->rank[i] : INFINITY)
                     : order == ORDER_DIFFERENCE ? -fabs(channels_difference(s, i))
                     : order == ORDER_WHAT_IF    ? by_what_if(s, i)
                                                 : 0;
        keyed[i] = (struct keyed){key, i};
    }
    qsort(keyed, (size_t)c->n, sizeof *keyed, by_key);
    for (int i = 0; i < c->n; i++)
        c->order[i] = keyed[i].channel;
    free(keyed);
}

static void set_state(struct channels *c, const struct snapshot *s, int round)
{
    for (int i = 1; i <= round && i < s->n_rounds; i++) {
        int channel = s->rounds[i]->channel;
        if (channel >= 0 && channel < c->n)
            c->pruned_in[channel] = i;
    }
    for (int i = 0; s->ranking && i < s->n_ranking; i++)
        if (s->ranking[i] >= 0 && s->ranking[i] < c->n)
            c->rank[s->ranking[i]] = i + 1;
    bool past = round < s->position && round + 1 < s->n_rounds;
    c->next = past ? s->rounds[round + 1]->channel : snapshot_next_channel(s);
}

static void set_scale(struct channels *c, const struct snapshot *s)
{
    c->most = c->most_difference = 0;
    for (int i = 0; i < c->n; i++) {
        c->most = fmax(c->most, channels_mean(s, SET_CLEAN, i));
        if (c->poisoned) {
            c->most = fmax(c->most, channels_mean(s, SET_POISONED, i));
            c->most_difference = fmax(c->most_difference, fabs(channels_difference(s, i)));
        }
    }
    c->most = c->most > 0 ? c->most : 1;
    c->most_difference = c->most_difference > 0 ? c->most_difference : 1;
}

static void set_beyond(
    struct channels *c, const struct snapshot *s, const struct view_state *view_state)
{
    struct outliers outliers;
    if (!outliers_init(&outliers, s, view_state))
        return;
    for (int i = 0; i < c->n; i++)
        c->beyond[i] = outliers.far[i] > outliers.threshold;
    outliers_finish(&outliers);
}

void channels_init(
    struct channels *channels, const struct snapshot *snapshot, const struct view_state *view_state)
{
    size_t n = (size_t)(snapshot->n_channels > 0 ? snapshot->n_channels : 0);
    *channels = (struct channels){.n = (int)n};
    channels->order = memory_array(n + 1, sizeof(int));
    channels->pruned_in = memory_array(n + 1, sizeof(int));
    channels->rank = memory_array(n + 1, sizeof(int));
    channels->beyond = memory_array(n + 1, sizeof(bool));
    channels->poisoned = snapshot->n_images[SET_POISONED] > 0;
    set_state(channels, snapshot, view_shown_round_of(snapshot, view_state));
    set_beyond(channels, snapshot, view_state);
    set_scale(channels, snapshot);
    sort(channels, snapshot, view_state->channel_order);
    for (int i = 0; i < channels->n; i++)
        if (channels->order[i] == view_state->channel)
            channels->cursor = i;
}

void channels_finish(struct channels *channels)
{
    free(channels->order);
    free(channels->pruned_in);
    free(channels->rank);
    free(channels->beyond);
}

const char *channels_mark(const struct channels *channels, int channel, enum role *role)
{
    bool pruned = channels->pruned_in[channel] > 0, next = channel == channels->next;
    bool beyond = channels->beyond[channel];
    *role = pruned ? ROLE_PRUNED : next ? ROLE_NEXT : beyond ? ROLE_WARNING : ROLE_TEXT;
    return pruned ? "×" : next ? "▸" : beyond ? "●" : "·";
}

const char *channels_name(const struct snapshot *s, int channel, char text[SNAPSHOT_TEXT])
{
    int own = s->site >= 0 && s->site < s->n_sites ? snapshot_own_site(s, s->site, &channel) : -1;
    if (own >= 0 && own != s->site)
        snprintf(text, SNAPSHOT_TEXT, "%.80s:%d", s->sites[own].name, channel);
    else
        snprintf(text, SNAPSHOT_TEXT, "%d", channel);
    return text;
}
