/* One picture of everything visible, see snapshot.h. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SNAPSHOT_FIELDS_H
#define SECATEUR_ENGINE_API_SNAPSHOT_FIELDS_H

#include "engine/api/layers.h"
#include "engine/api/round.h"
#include "engine/base/pixel_scaling.h"

struct detection;

struct snapshot {
    unsigned serial, failures, changes; /* grow: snapshots, commands that fail, files changed */
    enum phase phase;
    int done, total;              /* of the work in `activity`, total 0: unknown */
    char activity[SNAPSHOT_TEXT]; /* "reading clean.h5", "round 47" */
    double eta, speed; /* seconds to the end of a run, < 0: unknown; rounds a second, 0: all */
    const char *model_name, *opens_in; /* file name; who opens it, saved (NULL: not known) */
    int height, width, channels;       /* of the images */
    int n_classes, n_layers, n_sites, n_criteria;
    const struct layer_line *layers;       /* [n_layers] */
    const struct site_line *sites;         /* [n_sites] */
    const struct criterion_line *criteria; /* [n_criteria] */
    int suggested;                         /* site, -1: not examined yet, or none suggested */
    char suggestion[SUGGESTION_TEXT];      /* why, or why none; "" before that */
    struct knowledge suggested_known;      /* what it was chosen with */
    int n_branches, branch;                /* the one that is pruned now */
    const struct branch_line *branches;    /* [n_branches] in the order they were begun */
    int site;                              /* pruned now, -1 before it is open */
    const char *criterion, *criterion_help, *score_scaling; /* "": an order of one layer */
    enum badge badge;
    bool descending, comparing; /* the order's; criteria are compared now */
    const char *order_file;     /* NULL unless the order came from a file */
    struct knowledge known;     /* what the net as it stands was chosen with, where it stops too */
    struct knowledge next;      /* what the next round of the order would be chosen with */
    unsigned seen;              /* sets whose results were shown: by an examination, tests */
    unsigned stopped;           /* sets that chose where the net stands, beside its rounds */

    const char *set_name[N_SETS], *test_name[N_SETS]; /* NULL: not there */
    const char *doubt; /* "swapped?", of clean and poisoned images; NULL: none */
    const char *set_said[N_SETS], *test_said[N_SETS]; /* how they were read; "": as usual */
    int n_images[N_SETS], n_test[N_SETS], n_held_out; /* clean images no repair learns from */
    const int32_t *labels[N_SETS]; /* [n_images] poisoned: the answer wanted, -1: not in ASR */
    struct pixel_scaling scaling;  /* what is done to pixels before the net sees them */
    double scale;                  /* of their first channel */
    int target;                    /* target class, -1: many or unknown */
    struct attacked attacked, test_attacked;
    const int32_t *truth; /* [n poisoned] true classes, -1: unknown; NULL: of none */
    const int32_t *pairs; /* [n poisoned] clean image it was made from, -1: none; NULL: of none */
    /* Images that a count of a round is out of; 0: none, -1: not known. ASR: out of of.attack. */
    struct outcome of, test_of;
    /* Of the net that never answers the target class; clean -1: not defined, or not tested yet. */
    struct outcome trivial, test_trivial;
    int n_channels;
    const struct channel_activation *activations; /* [n_channels] of the site */
    int n_ranking;       /* n_channels, less those pruned before round 0 or not in an order file */
    const int *ranking;  /* [n_ranking] order of pruning */
    const float *scores; /* [n_channels] of the criterion, by channel */

    const struct what_if *what_if;       /* [n_channels] for the position, NULL: none was asked */
    const struct inspection *inspection; /* of the channel asked last at this site, NULL: none */
    const struct explanation *explanation[N_SETS]; /* explanation.h, NULL: none asked */
    const struct scatter *scatter;                 /* scatter.h, NULL: not asked */
    const struct detection *detection;      /* detection.h: what was asked last, NULL: nothing */
    const struct suspects *suspects;        /* suspects.h: found last, NULL: no search yet */
    const struct inverted_trigger *forming; /* by a search or repair, now; NULL: none */
    struct repairing repairing;
    const struct criteria_comparison *compared; /* what was compared last, NULL: nothing yet */

    int n_rounds, position;            /* known rounds (0 = unpruned); the one that stands */
    const struct round *const *rounds; /* [n_rounds] */
    int n_thresholds;
    const struct threshold *thresholds;        /* [n_thresholds] ascending */
    int test_clean_correct, test_attack_hits;  /* unpruned net on the test sets, -1: not yet */
    int test_own_correct, test_robust_correct; /* the same; -1: not known */
    int n_messages;
    const struct message *messages; /* the newest last */
    double images_per_second;       /* of the last full pass, 0: none yet */
};

#endif
