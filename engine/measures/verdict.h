/* What two attack success rates say of a repair: each conclusion a name, a rule and its words.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_VERDICT_H
#define SECATEUR_ENGINE_MEASURES_VERDICT_H

#include <stdbool.h>

/* Percentage points that are no noise; a rate below it is no attack. */
enum { VERDICT_POINTS = 10 };
enum { VERDICT_ENOUGH = 20 }; /* images; none hit of fewer may still be one in six */

enum verdict {
    VERDICT_UNKNOWN,   /* there are no poisoned images */
    VERDICT_NO_ATTACK, /* below VERDICT_POINTS percent before anything was pruned */
    VERDICT_GONE,      /* no image is hit */
    VERDICT_NEARLY,    /* at most 5 percent are */
    VERDICT_WEAKENED,  /* at most half of what it was */
    VERDICT_STANDS,    /* more than that */
};

/* Of attack success before and after, in percent of n poisoned images. */
enum verdict verdict_of(double before, double after, int n);
bool verdict_repaired(enum verdict verdict);     /* gone or nearly */
bool verdict_enough(int n);                      /* images to draw a conclusion from */
const char *verdict_words(enum verdict verdict); /* "the attack is gone on these images" */

#endif
