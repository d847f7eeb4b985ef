/* What the net sees in one image: the map of a channel, or the pixels that speak for its answer;
 * what one COMMAND_EXPLAIN found. Counted and immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_EXPLANATION_H
#define SECATEUR_ENGINE_API_EXPLANATION_H

#include "engine/api/images.h"

enum explanation_method {
    EXPLANATION_MAP,       /* the channel's values at its positions */
    EXPLANATION_GRADIENT,  /* |d logit of the answer / d pixel|, the largest over the channels */
    EXPLANATION_OCCLUSION, /* how much the answer's log-odds fall when a patch is hidden */
    N_EXPLANATION_METHODS
};

/* Their words, in commands and on the screen: "map", "gradient", "occlusion". */
static inline const char *explanation_word(enum explanation_method method)
{
    static const char *const words[] = {"map", "gradient", "occlusion"};
    return words[method];
}

struct explanation {
    enum explanation_method method;
    enum image_set set;
    int image;         /* its number in the set */
    int branch, round; /* the net that answers; of a map nothing of its layer is pruned */
    int channel;       /* of a map, in the site of the branch; else -1 */
    int answer;        /* class that the net answers; of a map -1 */
    double share;      /* of the answer, by the soft-max */
    int patch;         /* side of the patches that hide, pixels; else 0 */
    int height, width; /* of the map, which lies over the whole image; else pixels of the image */
    const float *heat; /* [height][width] */
    float least, most;
};

#endif
