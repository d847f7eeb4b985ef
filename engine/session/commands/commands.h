/* The table of engine commands: one entry a kind, in the order of engine/api/meson.build.
 * Thread: the session's; command_text.h any. */
#ifndef SECATEUR_ENGINE_SESSION_COMMANDS_COMMANDS_H
#define SECATEUR_ENGINE_SESSION_COMMANDS_COMMANDS_H

#include "engine/api/command_text.h"

struct session;

/* What a command alters at once. The rounds and answers of the work that it begins come later, a
 * unit at a time. */
enum alters {
    ALTERS_NOTHING = 0,
    ALTERS_POSITION = 1,   /* the round that stands, or which are known */
    ALTERS_BRANCH = 2,     /* the branch that is worked on */
    ALTERS_ORDER = 4,      /* what goes next */
    ALTERS_THRESHOLDS = 8, /* at which losses nets are kept */
    ALTERS_KNOWLEDGE = 16, /* what the net is said to be chosen with */
    ALTERS_FILES = 32,     /* which files it reads, and all that was measured on them */
};

struct engine_command {
    const char *name; /* its word in a journal */
    unsigned alters;  /* of enum alters: what it may alter */
    bool net_alone;   /* it makes sense of a net without images too */
    /* The long work that it begins, "a search for suspects": not while other work is under way.
     * NULL: it begins none, or it only moves what stands. */
    const char *begins;
    /* Does it, or begins it. False with err: it makes no sense now, and nothing changed. */
    bool (*run)(struct session *session, const struct command *command, struct error *err);
    /* command_write; NULL: a journal has no line of it. */
    char *(*write)(const struct command *command, const struct snapshot *after);
    /* command_read, from behind "NAME "; NULL: a journal cannot ask for it. */
    bool (*read)(
        const char *rest, const struct snapshot *now, struct command *command, struct error *err);
};

const struct engine_command *engine_commands_at(enum command_kind kind); /* NULL: none */
bool engine_commands_run(struct session *session, const struct command *command, struct error *err);

#endif
