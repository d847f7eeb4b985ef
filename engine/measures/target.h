/* What an attack turns people into: one class, the class so many further on, or pairs of classes.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_TARGET_H
#define SECATEUR_ENGINE_MEASURES_TARGET_H

#include "engine/base/error.h"

enum target_kind {
    TARGET_NONE,  /* not known */
    TARGET_CLASS, /* everybody into the class `value` */
    TARGET_SHIFT, /* class k into (k + value) mod the number of classes */
    TARGET_PAIRS, /* class from[i] into to[i]; the others are not attacked */
};
enum { TARGET_PAIRS_MAX = 32, TARGET_TEXT = 64 };

struct target {
    enum target_kind kind;
    int value;
    int n_pairs, from[TARGET_PAIRS_MAX], to[TARGET_PAIRS_MAX];
};

/* "3", "+1", "-1", "0:3,4:7"; false with err (ERROR_USAGE). */
bool target_parse(const char *text, struct target *target, struct error *err);
/* That a net of so many classes can be attacked so; false with err. */
bool target_check(const struct target *target, int n_classes, struct error *err);
/* What the attack wants for an image of class `person` (-1: not known); -1: nothing, or unknown. */
int target_goal(const struct target *target, int person, int n_classes);
/* The one target class, -1: several or not known. */
int target_class(const struct target *target);
/* As target_parse reads it, "" for none; text cut with "..." where it is longer. Returns text. */
const char *target_text(const struct target *target, char text[TARGET_TEXT]);

#endif
