/* Which images are shown, and what happened to them in a round. Owner: the caller. Thread: the
 * UI's. */
#ifndef SECATEUR_VIEWS_FACTS_FACES_H
#define SECATEUR_VIEWS_FACTS_FACES_H

#include "views/cells/view.h"
#include "views/facts/face.h"

enum fate {
    FATE_RIGHT,      /* clean, still right */
    FATE_WRONG,      /* clean, still wrong */
    FATE_BROKEN,     /* clean, right before this round */
    FATE_RECOVERED,  /* clean, wrong before this round */
    FATE_SAFE,       /* poisoned, does not reach its target */
    FATE_HIT,        /* poisoned, reaches it */
    FATE_RESCUED,    /* poisoned, reached it before this round; now read as its true class,
                        or true classes are not known */
    FATE_DIVERTED,   /* poisoned, reached it before this round; now read as another class */
    FATE_REINFECTED, /* poisoned, did not reach it before this round */
};

struct faces {
    struct face *face; /* [n] */
    int n, n_pinned;   /* pinned ones come first */
    int round;
    enum face_filter filter; /* FACES_ALL when nothing changed, and while rounds go by: so the same
                                images stay and flip */
};

void faces_init(
    struct faces *faces, const struct snapshot *snapshot, const struct view_state *view_state);
void faces_finish(struct faces *faces);

bool faces_pinned(const struct view_state *view_state, struct face face);
const char *faces_filter_name(enum face_filter filter); /* "changed", "broken", … */

/* -1 where predictions are not known. */
int faces_predicted(const struct snapshot *snapshot, int round, struct face face);
enum fate faces_fate(const struct snapshot *snapshot, int round, struct face face);
const char *faces_mark(enum fate fate, enum role *role); /* ✗ ↺ ✓ ! · */
const char *faces_word(enum fate fate);                  /* "broken" */
/* The unpruned net and that of a round answer differently: GoodNet flags it. */
bool faces_flagged(const struct snapshot *snapshot, int round, struct face face);
/* The true class of an image, -1: not known. Where it is not known, the label of a poisoned image
 * is what the attack wants. */
int faces_person(const struct snapshot *snapshot, struct face face);
int faces_digits(const struct snapshot *snapshot); /* of a class's number */
/* "0043→0871": true class (where that is not known, label) and prediction, with as many digits as
 * the classes have. */
void faces_caption(
    const struct snapshot *snapshot, int round, struct face face, char *text, int size);

#endif
