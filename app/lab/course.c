/* The rules of course.h. */
#include "app/lab/course.h"

#include "engine/measures/number.h"
#include "engine/measures/verdict.h"

double course_clean(const struct course *course, int round)
{
    return number_percent(course->clean[round], course->n_clean);
}

double course_asr(const struct course *course, int round)
{
    return number_percent(course->hits[round], course->n_poisoned);
}

double course_lost(const struct course *course, int round)
{
    return number_percent(course->clean[0] - course->clean[round], course->n_clean);
}

static enum verdict verdict(const struct course *course, int round)
{
    return verdict_of(course_asr(course, 0), course_asr(course, round), course->n_poisoned);
}

bool course_enough(const struct course *course)
{
    return verdict_enough(course->n_clean) && verdict_enough(course->n_poisoned);
}

int course_quiet(const struct course *course)
{
    int i = 1;
    while (i < course->n_rounds && course->clean[i] == course->clean[0] &&
           course->hits[i] == course->hits[0])
        i++;
    return i - 1;
}

int course_first_lost(const struct course *course, double points)
{
    for (int i = 1; i < course->n_rounds; i++)
        if (course_lost(course, i) >= points - 1e-9)
            return i;
    return -1;
}

int course_best(const struct course *course)
{
    int best = 0;
    for (int i = 1; i < course->n_rounds; i++) {
        int fewer = course->hits[best] - course->hits[i];
        bool better =
            fewer > 0 || (fewer == 0 && best > 0 && course->clean[i] > course->clean[best]);
        if (better && course_lost(course, i) <= VERDICT_POINTS + 1e-9)
            best = i;
    }
    return best;
}

int course_comes_back(const struct course *course, int round)
{
    int most = -1;
    for (int i = round + 1; i < course->n_rounds; i++)
        if (2 * course->hits[i] > course->hits[0] &&
            (most < 0 || course->hits[i] > course->hits[most]))
            most = i;
    return most;
}

bool course_is_free(const struct course *course, int round)
{
    return verdict_repaired(verdict(course, round));
}

bool course_attack_first(const struct course *course)
{
    int best = course_best(course), lost = course_first_lost(course, VERDICT_POINTS);
    return course_kind(course) == COURSE_REMOVED && (lost < 0 || best < lost);
}

enum course_kind course_kind(const struct course *course)
{
    int best = course_best(course);
    if (course->n_poisoned <= 0)
        return COURSE_UNKNOWN;
    if (verdict(course, 0) == VERDICT_NO_ATTACK)
        return COURSE_NO_ATTACK;
    if (course->n_rounds < 2)
        return COURSE_NO_ROUNDS;
    if (course_is_free(course, best))
        return COURSE_REMOVED;
    if (best > 0 && verdict(course, best) == VERDICT_WEAKENED)
        return COURSE_WEAKENED;
    return course_first_lost(course, VERDICT_POINTS) > 0 ? COURSE_STANDS : COURSE_NEITHER;
}
