/* What may be asked of the engine: small values without pointers, copied into its queue. */
#ifndef SECATEUR_ENGINE_API_COMMAND_H
#define SECATEUR_ENGINE_API_COMMAND_H

enum { COMMAND_TEXT = 512 };

enum command_kind {
    COMMAND_RUN, /* rounds until the end; number > 0: until that round is reached; text
                    "drop", "asr": until so many points of clean accuracy are lost, until
                    the ASR is at most so many percent, `value` says how many */
    COMMAND_PAUSE,
    COMMAND_STEP,      /* number rounds (0 means 1) */
    COMMAND_UNDO,      /* number rounds back (0 means 1) */
    COMMAND_REDO,      /* number rounds forward among those already known (0 means 1) */
    COMMAND_JUMP,      /* to round `number` of those already known */
    COMMAND_RESET,     /* to round 0, later rounds forgotten */
    COMMAND_PRUNE,     /* channel `number` now, whatever the order says; known rounds that say
                          otherwise stay in their branch, and a new one goes on from here */
    COMMAND_WHAT_IF,   /* what pruning channel `number` would give; -1: each that is left */
    COMMAND_INSPECT,   /* what is to be known about channel `number`: inspection.h */
    COMMAND_LAYER,     /* prune at the site `number`; its earlier rounds come back if it had any.
                          text "keep": on top of what is pruned now, as a branch of its own */
    COMMAND_BRANCH,    /* to the branch `number`, as it was left */
    COMMAND_CRITERION, /* text: name of a criterion, in its natural order; "name ascending" and
                          "name descending" say the order too */
    COMMAND_ORDER,     /* text: "ascending", "descending" or a file of channel numbers */
    COMMAND_THRESHOLD, /* value: percentage points to add, or to remove when already there */
    COMMAND_SCAN,      /* examine all layers and suggest one */
    COMMAND_REPAIR,    /* what a scan suggested: that layer from the unpruned net, by that
                          criterion, so many rounds */
    COMMAND_TEST,      /* evaluate the unpruned and the kept nets on the test sets */
    COMMAND_DETECT,    /* GoodNet and detectors for B' of each threshold, the net as it stands and
                          the repaired nets of the options: detection.h; number 1: on the test
                          sets too */
    COMMAND_KNOWN,     /* sets `number` (knowledge.h) were looked at elsewhere: what is chosen from
                          now on knows them; text "here": they chose where the net stands */
    COMMAND_SAVE,      /* the net as it stands to file `text` (empty: a name in the out folder) */
    COMMAND_SAVE_KEPT, /* every B' whose threshold was crossed, into the out folder */
};

struct command {
    enum command_kind kind;
    int number;
    double value;
    char text[COMMAND_TEXT];
};

#endif
