/* The rules and the words of verdict.h. */
#include "engine/measures/verdict.h"

enum verdict verdict_of(double before, double after, int n)
{
    if (n <= 0)
        return VERDICT_UNKNOWN;
    if (before < VERDICT_POINTS)
        return VERDICT_NO_ATTACK;
    if (after <= 0)
        return VERDICT_GONE;
    if (after <= 5)
        return VERDICT_NEARLY;
    return 2 * after <= before ? VERDICT_WEAKENED : VERDICT_STANDS;
}

bool verdict_repaired(enum verdict verdict)
{
    return verdict == VERDICT_GONE || verdict == VERDICT_NEARLY;
}

bool verdict_enough(int n)
{
    return n >= VERDICT_ENOUGH;
}

const char *verdict_words(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_UNKNOWN:
        return "no poisoned images: without them nobody can tell whether there is an attack";
    case VERDICT_NO_ATTACK:
        return "there was hardly any attack before";
    case VERDICT_GONE:
        return "the attack is gone on these images";
    case VERDICT_NEARLY:
        return "the attack is almost gone on these images";
    case VERDICT_WEAKENED:
        return "the attack is weakened, not gone";
    case VERDICT_STANDS:
        break;
    }
    return "the attack still works";
}
