/* A record of which sets every choice of a session read. It is made from commands and from what
 * snapshots show of rounds and branches; it never looks at what they say of knowledge.
 * Owner: the test. */
#ifndef SECATEUR_TESTS_UNIT_SESSION_KNOWLEDGE_RECORD_H
#define SECATEUR_TESTS_UNIT_SESSION_KNOWLEDGE_RECORD_H

#include "tests/unit/session/session_trial.h"

enum { WAYS = 48, ROUNDS = 32, LABELS = 512 };
enum { CLEAN = 1, POISONED = 2, TEST = 4, SURROGATE = 8 };

struct bits {
    unsigned sets;
    bool hand, unknown;
};

/* A branch as the record has it. */
struct way {
    struct bits order, rounds[ROUNDS];
    unsigned stops[ROUNDS]; /* sets that chose to stand there */
};

struct label {
    const struct round *round; /* held, so that no other has its address */
    struct knowledge own, known;
};

struct record {
    struct session *session;
    const struct snapshot *now, *before;
    struct random random;
    bool target, poisoned; /* the target is given; there are poisoned images */
    unsigned attack;       /* what reading those is: POISONED, of a surrogate CLEAN | SURROGATE */
    unsigned seen, suggested, goal;
    double value;
    int n_ways, n_labels;
    struct way ways[WAYS];
    struct label labels[LABELS];
};

unsigned record_sight(const struct record *record); /* sets that a person sees */
/* What an order scores by, said once more. */
struct bits record_of_order(const struct record *record, const struct snapshot *s);
bool record_same_order(const struct snapshot *a, const struct snapshot *b);
struct bits record_standing(const struct record *record, int branch);
/* The newest snapshot; `stood`: what the net before it was chosen with. */
void record_observe(struct record *record, struct bits stood);
bool record_is_old(const struct record *record, const struct round *round);
/* One more round stands: by the order or by a person. */
void record_round(struct record *record, int from, bool person);
void record_stop(struct record *record, unsigned sets);
bool record_reached(const struct record *record); /* the goal of a run */

#endif
