/* What a session consists of; all rooms of the session read and write it.
 * Owner: driver/session.c. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_FIELDS_H
#define SECATEUR_ENGINE_SESSION_MACHINE_FIELDS_H

#include "engine/api/options.h"
#include "engine/session/machine/description.h"
#include "engine/session/machine/hooks.h"
#include "engine/session/machine/repair_state.h"
#include "engine/session/machine/work.h"
#include "engine/session/state/branch.h"

enum { SESSION_MESSAGES = 64, SESSION_THRESHOLDS = OPTIONS_THRESHOLDS_MAX };
struct session {
    struct options options;
    struct session_hooks hooks;
    double started, speed;     /* speed: rounds a second of a run, 0: as fast as it goes */
    unsigned serial, failures; /* failures: commands and units of work that failed */
    struct thread_pool *pool;
    struct memory_budget *budget; /* options.memory: what the caches hold, then the pixels */
    struct evaluator *evaluator;
    struct description *description;
    struct changed_files files;
    struct site_state *states;     /* [sites->n] */
    int n_branches, branch, shown; /* shown: what snapshots show, a branch that is ready */
    struct branch *branches;       /* [n_branches] */
    const struct round *unpruned;
    int site, target;               /* target: the target class, -1: not one */
    uint16_t *runners_up[N_SETS];   /* of the unpruned net, until they are counted; else NULL */
    uint16_t *trivial_says[N_SETS]; /* [n] predictions of the trivial defence, NULL: no attack */
    struct outcome trivial, test_trivial;
    struct pixel_scaling scaling; /* of pixels, found or given */
    double images_per_second;
    struct what_if *what_if;             /* [n_channels of the site] at the position, NULL: none */
    int inspected;                       /* branch of the inspection */
    const struct inspection *inspection; /* counted, NULL: none was asked; and so are these: */
    const struct explanation *explanation[N_SETS];
    const struct scatter *scatter;
    const struct detection *detection;
    const struct suspects *suspects;
    const struct criteria_comparison *compared;
    struct repair_state repair;
    struct comparing *comparing;         /* the work on it; NULL: none */
    struct suffix_cache *caches[N_SETS]; /* of branches from `cached`; NULL: none */
    int cached;                          /* a root, -1: none yet */
    int n_listed, *listed;               /* [n_listed] channels told for an order */
    struct work work;
    enum phase phase;
    int done, total;
    char activity[SNAPSHOT_TEXT];
    unsigned seen; /* sets whose results were shown, by an examination say; only grows */
    int suggested;
    char suggestion[SUGGESTION_TEXT];
    struct knowledge suggested_known;
    int n_thresholds;
    struct threshold thresholds[SESSION_THRESHOLDS]; /* ascending by points */
    int n_results;
    struct result *results; /* [n_results] session_thresholds.h */
    struct outcome test;    /* of the unpruned net, clean -1: not tested yet */
    bool said_opens_in;     /* which programs open what is saved */
    unsigned message_serial;
    int n_messages;
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
#endif
