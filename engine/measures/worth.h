/* What a repair costs beside clean accuracy, and whether it beats the trivial defence "never answer
 * the target class": each conclusion a rule with a name, and its words. Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_WORTH_H
#define SECATEUR_ENGINE_MEASURES_WORTH_H

#include "engine/measures/goodnet.h"

#include <stddef.h>

struct worth {
    struct outcome before, after, of; /* of the unpruned net, of the repair; of so many images */
    struct outcome trivial;           /* of the trivial defence; clean -1: it is not defined */
    int target;                       /* the target class, -1: not one */
};

bool worth_has_own(const struct worth *worth);     /* the target class has images of its own */
bool worth_erases_own(const struct worth *worth);  /* the net read some of them, the repair none */
bool worth_has_robust(const struct worth *worth);  /* true classes of poisoned images are known */
bool worth_has_trivial(const struct worth *worth); /* there is a trivial defence to beat */
/* No fewer clean images right than it, more of the class's own, no fewer read robustly (as far as
 * they are known), and at most 5 percent of the attack left. */
bool worth_beats_trivial(const struct worth *worth);

enum { WORTH_TEXT = 640 };
/* "loses all of class 0's own images (8 of 9 correct before, 0 after); …"; "" where nothing is
 * known. Short: what speaks against it alone, "loses all of … and is not better than …". */
void worth_say(const struct worth *worth, char *text, size_t size);
void worth_say_short(const struct worth *worth, char *text, size_t size);

#endif
