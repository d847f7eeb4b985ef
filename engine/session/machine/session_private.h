/* What the files of the session share. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_PRIVATE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_PRIVATE_H

#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/prune/evaluate/scan.h"
#include "engine/session/machine/session.h"
#include "engine/session/state/attack.h"
#include "engine/session/state/branch.h"

enum { SESSION_MESSAGES = 64, SESSION_THRESHOLDS = OPTIONS_THRESHOLDS_MAX };

/* What never changes once it is open; counted, snapshots share it. */
struct description {
    struct model *model;
    struct dataset *sets[N_SETS], *tests[N_SETS]; /* tests: NULL until they were read */
    struct attack *attack, *test_attack;          /* NULL: no poisoned images, or not read yet */
    char *model_name;
    int n_layers;
    struct layer_line *layers; /* [n_layers] */
    char **shapes;             /* [n_layers] "10x8x60" */
    struct prune_sites *sites;
};

/* What is known of one site. */
struct site_state {
    struct channel_sums *sums[N_SETS];      /* [n_channels], NULL: no such images */
    const struct channel_activation *shown; /* the same for snapshots, counted */
    struct separation separation;
    bool scanned;
    struct finding finding;
};

struct session {
    struct options options;
    struct session_hooks hooks;
    double started;
    unsigned serial;

    struct thread_pool *pool;
    struct memory_budget *budget; /* options.memory: what the caches keep, then the pixels */
    struct evaluator *evaluator;
    struct description *description;
    struct site_state *states;     /* [sites->n] */
    int n_branches, branch, shown; /* shown: what snapshots show, a branch that is ready */
    struct branch *branches;       /* [n_branches] */
    const struct round *unpruned;
    int site, target;               /* target: the attacked class, -1: not one */
    uint16_t *runners_up[N_SETS];   /* of the unpruned net, until they are counted; else NULL */
    uint16_t *trivial_says[N_SETS]; /* [n] predictions of the trivial defence, NULL: no attack */
    struct outcome trivial, test_trivial;
    struct pixel_scaling scaling; /* of pixels, found or given */
    double images_per_second;
    struct what_if *what_if;             /* [n_channels of the site] at the position, NULL: none */
    const struct inspection *inspection; /* counted, NULL: none; of the branch `inspected` */
    int inspected;
    const struct detection *detection;   /* counted, NULL: none was asked */
    struct suffix_cache *caches[N_SETS]; /* of branches from `kept`; NULL: no cut */
    int kept;                            /* a root, -1: none yet */

    /* The unit of work that session_step does next, NULL: none. */
    bool (*work)(struct session *session, struct error *err);
    int work_goal, work_at; /* of rounds: where to stop; of a scan or test: where it is */
    bool (*work_reached)(const struct session *session); /* ends rounds early; NULL: nothing */
    unsigned work_stop;                                  /* sets that say where rounds end */
    double work_value, work_started;                     /* what it compares with; a time */
    int work_first;                                      /* round at which it started */
    bool work_steps; /* rounds are steps: more of them add to the goal */

    enum phase phase;
    int done, total;
    char activity[SNAPSHOT_TEXT];
    unsigned seen; /* sets by which something was judged aloud; only grows */
    int suggested;
    char suggestion[SUGGESTION_TEXT];
    struct knowledge suggested_known;
    int n_thresholds;
    struct threshold thresholds[SESSION_THRESHOLDS]; /* ascending by points */
    int n_results;
    struct result *results; /* [n_results] session_thresholds.h */
    struct outcome test;    /* of the unpruned net, clean -1: not tested yet */
    int n_messages;
    unsigned message_serial;
    struct message messages[SESSION_MESSAGES];
};

static inline const struct network *session_network(const struct session *session)
{
    return session->description->model->network;
}

static inline struct branch *session_branch(const struct session *session)
{
    return &session->branches[session->branch];
}

static inline struct history *session_history(const struct session *session)
{
    return &session_branch(session)->history;
}

/* What a command does. */
typedef bool session_handler(
    struct session *session, const struct command *command, struct error *err);

/* session.c */
bool session_find_pixels(struct session *session, struct error *err); /* session_pixels.c */
void session_activity(struct session *session, enum phase phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void session_progress(void *context, int done, int total); /* a walker's hook */

/* session_open.c */
bool session_read_tests(struct session *session, struct error *err);

/* session_measure.c */
/* One pass over both sets with the net as it stands: a round with its predictions, the activations
 * of every site (sums[set][site], released by session_drop_sums all but one), full tails. NULL
 * with err. */
struct round *session_measure(
    struct session *session, struct channel_sums **sums[N_SETS], struct error *err);
void session_drop_sums(struct session *session, struct channel_sums **sums[N_SETS], int but);
struct channel_activation *session_show_sums(struct channel_sums *const sums[N_SETS], int n);

/* session_choose.c: what is pruned, and in which order */
struct criterion_input session_criterion_input(const struct session *session, int site);
struct criterion_input session_branch_input(
    const struct session *session, const struct branch *branch); /* under its base */
/* Empty tails for the site; what to do once a pass has filled them; all of it, unless it is done.
 */
void session_make_caches(struct session *session);
void session_check_caches(struct session *session);
bool session_fill_caches(struct session *session, struct error *err);
bool session_choose_order(struct session *session, const struct criterion *criterion,
    const char *order, struct error *err);
session_handler session_criterion, session_order;

/* session_branch.c: ways of pruning, kept side by side */
void session_add_branch(struct session *session, int site, const struct pruned_set *base);
void session_forget_branches(struct session *session);
void session_fork(struct session *session); /* known rounds behind stay; a new branch goes on */
void session_take_order(struct session *session, struct order *chosen); /* forks from own rounds */
void session_part(struct session *session); /* for another round than the known next one */
int session_known_rounds(const struct session *session); /* those of its parent too, while fresh */
void session_share_rounds(struct session *session, int last);
session_handler session_layer, session_branch_to, session_repair;

/* session_prune.c: rounds forward and back */
void session_apply(struct session *session, int round); /* prunes the evaluator's network so */
/* The round that pruning a channel would add. NULL with err. */
struct round *session_try_channel(struct session *session, int channel, struct error *err);
session_handler session_run, session_pause, session_steps, session_undo, session_redo, session_jump,
    session_reset, session_prune;

/* session_what_if.c */
session_handler session_what_if;
void session_forget_what_ifs(struct session *session);           /* the position changed */
void session_drop_what_if(struct session *session, int channel); /* pruned; no image changed */

/* session_judge.c */
session_handler session_scan, session_test;

/* session_save.c */
struct network *session_network_at(const struct session *session, int round); /* a copy */
session_handler session_save, session_save_kept;
bool session_save_threshold(
    struct session *session, struct threshold *threshold, struct error *err);

#endif
