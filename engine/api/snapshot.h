/* What may be seen of the engine: one immutable, counted picture of everything visible.
 * Pointers inside stay valid as long as the snapshot is held. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SNAPSHOT_H
#define SECATEUR_ENGINE_API_SNAPSHOT_H

#include "engine/api/knowledge.h"
#include "engine/base/pixel_scaling.h"
#include "engine/measures/goodnet.h"
#include "engine/measures/target.h"
#include "engine/measures/worth.h"

#include <stdbool.h>
#include <stdint.h>

enum { SNAPSHOT_TEXT = 256, SUGGESTION_TEXT = 1024 };

enum phase {
    PHASE_LOADING,   /* reading files or drawing the demo's faces */
    PHASE_MEASURING, /* unpruned net, activations */
    PHASE_PAUSED,    /* ready for commands */
    PHASE_RUNNING,   /* pruning rounds */
    PHASE_SCANNING,  /* examining all layers */
    PHASE_DONE,      /* every channel pruned */
    PHASE_FAILED,    /* could not be opened; the last message says why */
};

struct inspection;
struct detection;

enum image_set { SET_CLEAN, SET_POISONED, N_SETS };

/* What a criterion needs to know. */
enum badge { BADGE_DATA_FREE, BADGE_CLEAN, BADGE_ORACLE };

/* Where the target of an attack is from. */
enum target_source {
    TARGET_LABELS,   /* the labels of the poisoned images are what the attack wants; all count */
    TARGET_GIVEN,    /* --target */
    TARGET_FOUND,    /* most images are read so by the unpruned net */
    TARGET_DOUBTFUL, /* no majority: the most frequent wrong answer */
    TARGET_UNKNOWN,  /* no wrong answer at all: ASR is not known, no image counts */
};

/* What ASR counts, of a set of poisoned images. */
struct attacked {
    struct target target; /* TARGET_NONE: labels that follow no rule, or not known */
    enum target_source source;
    bool true_labels;    /* labels are whom the images show */
    int found, found_of; /* images read as the target that was found */
    int n_paired;        /* were made from a clean image that is there */
    int n_known;         /* whom they show is known */
    int n_left_out;      /* belong to the target, so do not count */
};

/* One finished round: the net after its channel was pruned. Counts are out of n of the set. */
struct round {
    int channel;                    /* -1 for round 0, the unpruned net */
    bool by_hand;                   /* not what the order said */
    int clean_correct, attack_hits; /* attack_hits out of of.attack of the snapshot */
    int own_correct;                /* clean images of the attacked class; -1: there is not one */
    int robust_correct;             /* poisoned images read as whom they show; -1: not known */
    int broken, recovered;          /* clean images: right to wrong, wrong to right in this round */
    int rescued_right;              /* of rescued: read as whom they show now; -1: not known */
    int rescued, reinfected; /* poisoned images: hit to missed, missed to hit in this round */
    int touched;             /* images that had to be evaluated again */
    int judged;              /* those whose last product had to be computed */
    double seconds;
    const uint16_t *predicted[N_SETS]; /* [n of the set] arg-max of every image */
    /* What this round was chosen with, and all that led to its net: the rounds before it, what was
     * pruned before them, and the net as it came. Both never change. */
    struct knowledge own, known;
};

struct threshold {
    double points;                             /* percentage points of clean accuracy lost */
    int round;                                 /* first known round at or beyond it, -1: none yet */
    int test_clean_correct, test_attack_hits;  /* -1: not evaluated on the test sets */
    int test_own_correct, test_robust_correct; /* -1: not evaluated, or not known */
    char saved[SNAPSHOT_TEXT];                 /* file of B', "" when not saved */
    struct knowledge known;                    /* what B' was chosen with */
};

/* Activations of one channel at the site, over images and positions. */
struct channel_activation {
    float mean[N_SETS], max[N_SETS], deviation[N_SETS];
    float spread[N_SETS]; /* standard deviation over images of an image's mean */
    float zeros[N_SETS];  /* share of exact zeros, 0..1 */
};

struct message {
    unsigned serial; /* 1, 2, 3 … */
    double seconds;  /* since the engine started */
    bool error;
    char text[SNAPSHOT_TEXT];
};

/* What pruning one more channel would give, on the whole sets, at the position it was asked at. */
struct what_if {
    int clean_correct, attack_hits; /* clean_correct -1: not asked */
    int broken, recovered, rescued, reinfected;
};

/* A way of pruning that is kept beside others: a site, an order, rounds. */
struct branch_line {
    int site, n_base;      /* n_base: channels pruned elsewhere before its round 0 */
    const char *criterion; /* what goes next */
    bool descending;
    int n_rounds, position;
    const struct round *const *rounds; /* [n_rounds] */
    int parent, fork_round;            /* its rounds 0..fork_round are those of branch `parent`,
                                          -1: it forked from none */
    const char *order_file;            /* NULL unless what goes next comes from a file */
    struct knowledge known;            /* what the net at the position was chosen with */
};

/* A layer of the net, as it is shown. */
struct layer_line {
    const char *name, *class_name, *shape; /* shape of the output, "10x8x60" */
    int n_parameters;
    int site;      /* index of the site this layer's channels belong to, -1: none */
    bool measured; /* the site is measured here */
};

/* A criterion by which channels can be ordered. */
struct criterion_line {
    const char *name, *help, *source;
    enum badge badge;
    bool descending; /* its natural order */
    bool available;  /* at the site and with the images there are */
};

/* A place where channels can be pruned. */
struct site_line {
    const char *name;      /* "conv_3", "activation_1" */
    const char *measured;  /* layer whose output is measured: "pool_3" */
    const char *producers; /* layers whose weights are zeroed: "fc_1 + fc_2" */
    const char *shape;     /* at the measuring point */
    int n_channels;
    double dormant;         /* share of channels silent on clean images, 0..1 */
    double separation;      /* largest |mean poisoned - mean clean| / spread over channels */
    int separating_channel; /* -1: no poisoned images */
    bool scanned;           /* the findings below are there */
    double cost;            /* points of clean accuracy lost when half the channels are pruned,
                               least active first */
    /* the best repair that a criterion finds within 10 points of clean accuracy (oracle) */
    const char *repair_criterion;    /* NULL: none found */
    int repair_channels;             /* the first so many of its order */
    double repair_clean, repair_asr; /* percent, after it; on the images of the scan */
    struct worth repair_worth;       /* the same in counts, and what it costs besides */
};

struct snapshot {
    unsigned serial;   /* grows with every snapshot */
    unsigned failures; /* commands and steps that failed so far; a message says why */
    enum phase phase;
    int done, total;              /* of the work in `activity`, total 0: unknown */
    char activity[SNAPSHOT_TEXT]; /* "reading clean.h5", "round 47" */
    double eta;                   /* seconds to the end of the run, < 0: unknown */

    const char *model_name;      /* file name without folders */
    int height, width, channels; /* of the images */
    int n_classes;
    int n_layers, n_sites;
    const struct layer_line *layers; /* [n_layers] */
    const struct site_line *sites;   /* [n_sites] */
    int n_criteria;
    const struct criterion_line *criteria; /* [n_criteria] */
    int suggested;                         /* site, -1: no scan yet, or it suggests none */
    char suggestion[SUGGESTION_TEXT];      /* why, or why none; "" before a scan */
    struct knowledge suggested_known;      /* what it was judged by */
    int n_branches, branch;                /* the one that is pruned now */
    const struct branch_line *branches;    /* [n_branches] in the order they were begun */
    int site;                              /* pruned now, -1 before it is open */
    const char *criterion, *criterion_help;
    enum badge badge;
    bool descending;
    const char *order_file; /* NULL unless the order came from a file */
    struct knowledge known; /* what the net as it stands was chosen with, where it stops too */
    struct knowledge next;  /* what the next round of the order would be chosen with */
    unsigned seen;          /* sets that judged something aloud: a scan, test images */
    unsigned stopped;       /* sets that chose where the net stands, beside its rounds */

    const char *set_name[N_SETS], *test_name[N_SETS]; /* NULL: not there */
    /* how they were read where that is not as usual: "images /x, labels /y"; "" */
    const char *set_said[N_SETS], *test_said[N_SETS];
    int n_images[N_SETS], n_test[N_SETS];
    const int32_t *labels[N_SETS]; /* [n_images] poisoned: what it is to be taken for, -1: left out
                                      of ASR */
    struct pixel_scaling scaling;  /* what is done to pixels before the net sees them */
    double scale;                  /* of their first channel */
    int target;                    /* attacked class, -1: many or unknown */
    struct attacked attacked, test_attacked;
    const int32_t *truth; /* [n poisoned] whom a poisoned image shows, -1: unknown; NULL: of none */
    const int32_t *pairs; /* [n poisoned] clean image it was made from, -1: none; NULL: of none */
    /* How many images each count of a round is out of; 0: no such images, -1: not known. ASR is
     * out of of.attack, not of n_images. */
    struct outcome of, test_of;
    /* The trivial defence: the unpruned net that never answers the attacked class. clean -1: not
     * defined (several classes are attacked, or no image is poisoned), or not tested yet. */
    struct outcome trivial, test_trivial;

    int n_channels;
    const struct channel_activation *activations; /* [n_channels] of the site */
    int n_ranking;       /* n_channels, less those pruned before round 0 or not in an order file */
    const int *ranking;  /* [n_ranking] order of pruning */
    const float *scores; /* [n_channels] of the criterion, by channel */

    const struct what_if *what_if;       /* [n_channels] for the position, NULL: none was asked */
    const struct inspection *inspection; /* of the channel asked last at this site, NULL: none */
    const struct detection *detection;   /* detection.h: what was asked last, NULL: nothing */

    int n_rounds, position;            /* known rounds (0 = unpruned); the one that stands */
    const struct round *const *rounds; /* [n_rounds] */
    int n_thresholds;
    const struct threshold *thresholds;        /* [n_thresholds] ascending */
    int test_clean_correct, test_attack_hits;  /* unpruned net on the test sets, -1: not yet */
    int test_own_correct, test_robust_correct; /* the same; -1: not known */

    int n_messages;
    const struct message *messages; /* the newest last */

    double images_per_second; /* of the last full pass, 0: none yet */
};

void snapshot_ref(const struct snapshot *snapshot);
void snapshot_unref(const struct snapshot *snapshot); /* accepts NULL */

/* Counts of a round, and those of a threshold on the test sets (clean -1: not tested). */
/* Channels that were pruned elsewhere before round 0 of the branch. */
static inline int snapshot_base(const struct snapshot *s)
{
    return s->branch >= 0 && s->branch < s->n_branches ? s->branches[s->branch].n_base : 0;
}

static inline struct outcome round_outcome(const struct round *r)
{
    return (struct outcome){r->clean_correct, r->attack_hits, r->own_correct, r->robust_correct};
}

static inline struct outcome threshold_outcome(const struct threshold *t)
{
    return (struct outcome){
        t->test_clean_correct, t->test_attack_hits, t->test_own_correct, t->test_robust_correct};
}

/* Of the unpruned net on the test sets. */
static inline struct outcome snapshot_test_outcome(const struct snapshot *s)
{
    return (struct outcome){
        s->test_clean_correct, s->test_attack_hits, s->test_own_correct, s->test_robust_correct};
}

/* How many images of a set count. */
static inline int snapshot_judged(const struct snapshot *s, enum image_set set)
{
    return set == SET_CLEAN ? s->of.clean : s->of.attack;
}

/* Percent of a round; the ASR is 0 when no poisoned image counts. */
double snapshot_clean_accuracy(const struct snapshot *snapshot, int round);
double snapshot_asr(const struct snapshot *snapshot, int round);
/* The round (1..round) in which a channel was pruned, 0: it is kept in that round. */
int snapshot_pruned_in(const struct snapshot *snapshot, int round, int channel);
/* The channel that a step at the current position would prune, -1: none is left. */
int snapshot_next_channel(const struct snapshot *snapshot);
/* An image for showing, rgb[height, width, 3]. */
void snapshot_image(const struct snapshot *snapshot, enum image_set set, int index, uint8_t *rgb);

#endif
