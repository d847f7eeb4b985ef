/* What may be asked of the engine: small values without pointers, copied into its queue.
 * The kinds are those of meson.build, in its order; what `number`, `value` and `text` mean to each
 * is said at its entry, engine/session/commands/command_*.c. Thread: any. */
#ifndef SECATEUR_ENGINE_API_COMMAND_H
#define SECATEUR_ENGINE_API_COMMAND_H

enum { COMMAND_TEXT = 512, COMMAND_SPEED_MOST = 1000 /* rounds a second */ };

enum command_kind {
#define ENTRY(KIND, name) COMMAND_##KIND,
#include "engine/api/commands.def"
#undef ENTRY
    N_COMMAND_KINDS
};

struct command {
    enum command_kind kind;
    int number;
    double value;
    char text[COMMAND_TEXT];
};

#endif
