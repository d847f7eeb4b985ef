/* The rules and the words of channel_verdict.h. */
#include "views/facts/channel_verdict.h"

#include "engine/measures/verdict.h"

#include <math.h>

/* Either way round: a trigger may excite a channel, or quiet it. */
static bool tells_apart(const int n[N_SETS], double auc)
{
    return auc >= 0 && (auc >= 0.95 || auc <= 0.05) && verdict_enough(n[SET_CLEAN]) &&
           verdict_enough(n[SET_POISONED]);
}

enum channel_verdict channel_verdict_of(
    const struct channel_activation *channel, const int n[N_SETS], double auc)
{
    double clean = (double)channel->mean[SET_CLEAN], poisoned = (double)channel->mean[SET_POISONED];
    double change = poisoned - clean, spread = (double)channel->spread[SET_CLEAN];
    if (channel->zeros[SET_CLEAN] >= 1 && channel->zeros[SET_POISONED] >= 1)
        return CHANNEL_SILENT;
    if (n[SET_CLEAN] < 2 || n[SET_POISONED] < 2)
        return CHANNEL_FEW;
    if (channel->zeros[SET_CLEAN] >= 1)
        return CHANNEL_AWAKE;
    if (tells_apart(n, auc))
        return CHANNEL_ALONE;
    if (fabs(change) > spread)
        return change > 0 ? CHANNEL_EXCITED : CHANNEL_QUIETED;
    if (fabs(change) <= 0.1 * spread && fabs(change) <= 0.1 * fmax(fabs(clean), fabs(poisoned)))
        return CHANNEL_SAME;
    return change > 0 ? CHANNEL_HIGHER : CHANNEL_LOWER;
}

const char *channel_verdict_words(enum channel_verdict verdict)
{
    switch (verdict) {
    case CHANNEL_FEW:
        return "too few images to tell";
    case CHANNEL_SILENT:
        return "zero on every image: pruning it changes none of these predictions";
    case CHANNEL_AWAKE:
        return "zero on clean images, active on poisoned ones: it may serve the trigger only";
    case CHANNEL_ALONE:
        return "this channel alone tells poisoned images from clean ones";
    case CHANNEL_EXCITED:
        return "higher on poisoned images, by more than the spread of clean ones";
    case CHANNEL_QUIETED:
        return "lower on poisoned images, by more than the spread of clean ones";
    case CHANNEL_HIGHER:
        return "higher on poisoned images, within the spread of clean ones";
    case CHANNEL_LOWER:
        return "lower on poisoned images, within the spread of clean ones";
    case CHANNEL_SAME:
        break;
    }
    return "about the same on clean and poisoned images";
}
