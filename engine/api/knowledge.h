/* What was known when a choice was made: which sets were read, and who chose. It is set where the
 * choice is made and only grows; everything that shows, saves or exports reads it. A plain value:
 * its strings are its own. Thread: any.
 *
 * The rule. A choice is known by what made it:
 *   a criterion     reads what it scores by: nothing, clean images, or poisoned ones too; also the
 *                   poisoned labels, where it needs the target and nobody gave it
 *   an order FILE   is of unknown origin
 *   by hand         a channel that the order did not say: all that the session shows, so the clean
 *                   images and, where there are some, the poisoned ones
 *   layer, criterion, order chosen after layers were examined: what that read
 *   a threshold     B'(T) reads the clean images beside what its rounds read
 *   run drop, asr   where it stops reads clean, poisoned images; a repair's number of rounds what
 *                   the examination read. Rounds on the way are the order's; those pruned on from
 *                   there stand on that stop, so they know it too
 *   a surrogate     in place of poisoned images: clean ones with an inverted trigger on them. It
 *                   knows clean images, and says surrogate; it is no oracle
 *   test images     whatever is pruned or chosen after they were counted (test, detect)
 *   counts          run N, step, undo, redo, goto, branch read nothing: they are noted as counted
 *   a net that says what it was chosen with (a saved one): that, before anything else
 * What-ifs, inspections and thresholds that are added choose nothing by themselves. */
#ifndef SECATEUR_ENGINE_API_KNOWLEDGE_H
#define SECATEUR_ENGINE_API_KNOWLEDGE_H

#include <stdbool.h>

enum {
    KNOWLEDGE_CLEAN = 1,
    KNOWLEDGE_POISONED = 2,
    KNOWLEDGE_TEST = 4,
    KNOWLEDGE_SURROGATE = 8, /* with KNOWLEDGE_CLEAN: what the surrogate was made from */
    KNOWLEDGE_SETS = 15
};
enum { KNOWLEDGE_N_SETS = 4 };
enum { KNOWLEDGE_NAMES = 96, KNOWLEDGE_TEXT = 512 };

struct knowledge {
    unsigned sets; /* that were read */
    bool by_hand;  /* some channel was chosen by a person */
    bool unknown;  /* some came from a file, which does not say */
    bool counted;  /* how many channels: a number that a person gave */
    /* Names of all that chose, "mean-activation + difference"; "": nothing did. */
    char criterion[KNOWLEDGE_NAMES], order[KNOWLEDGE_NAMES], layer[KNOWLEDGE_NAMES];
};

/* Adds a name to a list of names; what would break the list is replaced. */
void knowledge_name(char list[KNOWLEDGE_NAMES], const char *name);
/* The union: nothing is forgotten. */
void knowledge_add(struct knowledge *known, const struct knowledge *more);
/* Is all of `less` in it? */
bool knowledge_covers(const struct knowledge *known, const struct knowledge *less);
bool knowledge_same(const struct knowledge *a, const struct knowledge *b);
/* Is there any choice in it? Of the net as it came there is none. */
bool knowledge_any(const struct knowledge *known);
bool knowledge_oracle(const struct knowledge *known); /* poisoned images were read */

/* "chosen with poisoned images (oracle), partly by hand"; returns text. */
const char *knowledge_sentence(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);
/* "data-free", "clean", "surrogate", "oracle, by hand, test seen"; "" where nothing was chosen. */
const char *knowledge_badge(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);
/* For names of files: "mean-activation+difference_oracle_by-hand". */
const char *knowledge_file_part(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);
/* "clean, poisoned"; "none". */
const char *knowledge_sets(unsigned sets, char text[KNOWLEDGE_TEXT]);
/* A word for tables: "clean+poisoned", "clean+unknown". */
const char *knowledge_sets_word(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);

/* What a file says of itself, and back: "read=clean,poisoned; chosen=rule,hand; criterion=…;
 * order=…; layer=…". False: it is not such a text; then nobody knows, and *known says so. */
const char *knowledge_write(const struct knowledge *known, char text[KNOWLEDGE_TEXT]);
bool knowledge_read(const char *text, struct knowledge *known);

#endif
