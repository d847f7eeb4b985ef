/* What may be seen of the engine: one immutable, counted picture of everything visible.
 * Pointers inside stay valid as long as the snapshot is held. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SNAPSHOT_H
#define SECATEUR_ENGINE_API_SNAPSHOT_H

#include "engine/api/snapshot_fields.h"
#include "engine/measures/goodnet.h"

void snapshot_ref(const struct snapshot *snapshot);
void snapshot_unref(const struct snapshot *snapshot); /* accepts NULL */

/* Channels that were pruned elsewhere before round 0 of the branch. */
static inline int snapshot_base(const struct snapshot *s)
{
    return s->branch >= 0 && s->branch < s->n_branches ? s->branches[s->branch].n_base : 0;
}

/* Of the unpruned net on the test sets. */
static inline struct outcome snapshot_test_outcome(const struct snapshot *s)
{
    return (struct outcome){
        s->test_clean_correct, s->test_attack_hits, s->test_own_correct, s->test_robust_correct};
}

/* How many images of a set count. */
static inline int snapshot_counted(const struct snapshot *s, enum image_set set)
{
    return set == SET_CLEAN ? s->of.clean : s->of.attack;
}

/* The site of its own that a channel of a site is of; *channel becomes its number there. */
static inline int snapshot_own_site(const struct snapshot *s, int site, int *channel)
{
    const struct site_line *line = &s->sites[site];
    for (int m = 0; m < line->n_members; m++) {
        int n = s->sites[line->members[m]].n_channels;
        if (*channel < n)
            return line->members[m];
        *channel -= n;
    }
    return site;
}

/* Percent of a round; the ASR is 0 when no poisoned image counts. */
double snapshot_clean_accuracy(const struct snapshot *snapshot, int round);
double snapshot_asr(const struct snapshot *snapshot, int round);
/* The round (1..round) in which a channel was pruned, 0: it is not pruned in that round. */
int snapshot_pruned_in(const struct snapshot *snapshot, int round, int channel);
/* The channel that a step at the current position would prune, -1: none is left. */
int snapshot_next_channel(const struct snapshot *snapshot);
/* An image for showing, rgb[height, width, 3]. */
void snapshot_image(const struct snapshot *snapshot, enum image_set set, int index, uint8_t *rgb);

#endif
