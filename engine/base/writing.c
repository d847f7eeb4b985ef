/* The switch of writing.h, whose zero is "ours". */
#include "engine/base/writing.h"

static bool anothers;

bool writing_is_ours(void)
{
    return !anothers;
}

void writing_is_anothers(void)
{
    anothers = true;
}
