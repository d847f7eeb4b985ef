/* What a session is doing, and what it said. Parts of a snapshot: immutable. Thread: any. */
#ifndef SECATEUR_ENGINE_API_PROGRESS_H
#define SECATEUR_ENGINE_API_PROGRESS_H

#include <stdbool.h>

enum { SNAPSHOT_TEXT = 256, MESSAGE_TEXT = 640, SUGGESTION_TEXT = 1024 };

enum phase {
    PHASE_LOADING,   /* reading files or drawing the demo's faces */
    PHASE_MEASURING, /* unpruned net, activations */
    PHASE_PAUSED,    /* ready for commands */
    PHASE_RUNNING,   /* pruning rounds */
    PHASE_SCANNING,  /* examining all layers */
    PHASE_DONE,      /* every channel pruned */
    PHASE_FAILED,    /* could not be opened; the last message says why */
};

struct message {
    unsigned serial; /* 1, 2, 3 … */
    double seconds;  /* since the engine started */
    bool error;
    char text[MESSAGE_TEXT];
};

#endif
