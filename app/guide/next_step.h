/* What a person may do next: one table from states to a sentence and a key. The status line shows
 * its few words, `next-step` and the moment a state begins show its sentence. Thread: the UI's. */
#ifndef SECATEUR_APP_GUIDE_NEXT_STEP_H
#define SECATEUR_APP_GUIDE_NEXT_STEP_H

#include "app/commands/ui.h"
#include "views/facts/defence_path.h"

/* What the state is told by. */
struct situation {
    const struct ui *ui;
    const struct snapshot *snapshot;
    struct defence_path path;
    bool rests; /* the engine waits for the person */
};

struct next_step {
    const char *state;    /* "done" */
    const char *command;  /* of the status line's key; NULL: it says none */
    const char *todo;     /* what that does, in a few words */
    const char *sentence; /* keys in braces, see words.h */
    bool works;           /* something is under way: the key stops it, it is not the next step */
    bool told;            /* said by itself where the state begins */
    bool (*when)(const struct situation *situation);
};

const struct next_step *next_steps_at(int index); /* NULL behind the last */
/* The first whose state holds; never NULL. */
const struct next_step *next_step_of(const struct ui *ui);
/* "next A: examine layers", "p: stop", "" */
void next_step_brief(const struct ui *ui, char *text, size_t size);
void next_step_sentence(const struct ui *ui, char *text, size_t size);
/* Says the sentence where a state began that is told, unless something went wrong. */
void next_step_tell(struct ui *ui);

#endif
