/* How far the defence of a net has come: opened → found → inverted → repaired → judged, and which
 * step is next. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_DEFENCE_PATH_H
#define SECATEUR_VIEWS_FACTS_DEFENCE_PATH_H

#include "engine/api/snapshot.h"
#include "engine/measures/verdict.h"

enum path_step {
    PATH_OPENED,   /* the net is measured */
    PATH_FOUND,    /* something stands out: a class, or a layer where poisoned images are there */
    PATH_INVERTED, /* a trigger that turns clean images into the class */
    PATH_REPAIRED, /* the net that stands was changed */
    PATH_JUDGED,   /* it is known what the change left of the attack, and what it cost */
    N_PATH_STEPS
};

/* What the steps are taken with: all that is there. */
enum path_data { PATH_NO_IMAGES, PATH_CLEAN, PATH_SURROGATE, PATH_ORACLE };

enum { PATH_SAID = 48 };

struct defence_path {
    enum path_data data;
    bool done[N_PATH_STEPS];
    char said[N_PATH_STEPS][PATH_SAID]; /* "found class 0"; the bare word where it is not done */
    const char *word[N_PATH_STEPS];     /* the same in a word, true by itself: "pruned" */
    int now;                            /* the step that is at work, -1: none */
    int next;                           /* N_PATH_STEPS: all are done */
    bool repaired;                      /* by a repair; else done[PATH_REPAIRED] is pruning */
    enum verdict verdict;               /* on the attack; VERDICT_UNKNOWN: not judged */
    bool costly;                        /* it is gone or weaker, and so is clean accuracy */
    bool blind;                         /* judged by clean images alone: what is left of the attack
                                           is not known */
};

enum path_data defence_path_has(const struct snapshot *snapshot);
void defence_path_of(const struct snapshot *snapshot, struct defence_path *path);
/* Judged, and not good: the attack is still there, weaker perhaps, or it cost too much. */
bool defence_path_bad(const struct defence_path *path);
/* "clean images alone", "the poisoned images (oracle)". */
const char *defence_path_data(enum path_data data);

#endif
