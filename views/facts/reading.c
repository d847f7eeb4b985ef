/* The rules and the words of reading.h. */
#include "views/facts/reading.h"

#include "engine/measures/verdict.h"

#include <math.h>

/* Either way round: a trigger may excite a channel, or quiet it. */
static bool tells_apart(const int n[N_SETS], double auc)
{
    return auc >= 0 && (auc >= 0.95 || auc <= 0.05) && verdict_enough(n[SET_CLEAN]) &&
           verdict_enough(n[SET_POISONED]);
}

enum reading reading_of(const struct channel_activation *channel, const int n[N_SETS], double auc)
{
    double clean = (double)channel->mean[SET_CLEAN], poisoned = (double)channel->mean[SET_POISONED];
    double change = poisoned - clean, spread = (double)channel->spread[SET_CLEAN];
    if (channel->zeros[SET_CLEAN] >= 1 && channel->zeros[SET_POISONED] >= 1)
        return READING_DORMANT;
    if (n[SET_CLEAN] < 2 || n[SET_POISONED] < 2)
        return READING_FEW;
    if (channel->zeros[SET_CLEAN] >= 1)
        return READING_AWAKE;
    if (tells_apart(n, auc))
        return READING_ALONE;
    if (fabs(change) > spread)
        return change > 0 ? READING_EXCITED : READING_QUIETED;
    if (fabs(change) <= 0.1 * spread && fabs(change) <= 0.1 * fmax(fabs(clean), fabs(poisoned)))
        return READING_SAME;
    return change > 0 ? READING_HIGHER : READING_LOWER;
}

const char *reading_words(enum reading reading)
{
    switch (reading) {
    case READING_FEW:
        return "too few images to tell";
    case READING_DORMANT:
        return "dormant: zero on every image, pruning it changes nothing on these";
    case READING_AWAKE:
        return "silent on clean images, awake on poisoned ones: it may serve the trigger alone";
    case READING_ALONE:
        return "this channel alone tells poisoned images from clean ones";
    case READING_EXCITED:
        return "higher on poisoned images, by more than the spread of clean ones";
    case READING_QUIETED:
        return "lower on poisoned images, by more than the spread of clean ones";
    case READING_HIGHER:
        return "higher on poisoned images, within the spread of clean ones";
    case READING_LOWER:
        return "lower on poisoned images, within the spread of clean ones";
    case READING_SAME:
        break;
    }
    return "about the same on clean and poisoned images";
}
