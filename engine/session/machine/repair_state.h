/* What a session has to do with repairs. Owner: the session. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_REPAIR_STATE_H
#define SECATEUR_ENGINE_SESSION_MACHINE_REPAIR_STATE_H

#include "engine/api/repairing.h"
#include "engine/nn/graph/network.h"
#include "engine/session/state/tuned.h"

struct inverted_trigger;
struct live_repair;
struct choosing;

struct repair_state {
    int n_held_out;
    char few[REPAIRING_FEW];                /* as in a snapshot */
    const struct tuned *tuned;              /* counted: weights of the evaluator; NULL: original */
    struct network *unpruned;               /* with those weights; NULL: never any but original */
    struct live_repair *live;               /* session_repair.h; NULL: none is under way */
    struct choosing *choosing;              /* repair_choice.h; NULL: no choice is under way */
    char chosen[REPAIRING_CHOSEN];          /* as in a snapshot */
    int against, chosen_branch;             /* the same */
    struct repairing now;                   /* the round under way, without the table */
    const struct inverted_trigger *forming; /* counted, NULL: none is inverted now */
    double formed, shown;                   /* when that, and the round, was shown last */
};

#endif
