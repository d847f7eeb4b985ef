/* A stage (shift.h) that reads only the site, through windows, computed anew where it changes: from
 * the values that are kept of an image before and after one more channel goes. Sums run over the
 * same values in the same order as in rows.h, with the same instructions: the same bits come out,
 * and nothing of the stage has to be kept.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NET_RENEW_H
#define SECATEUR_ENGINE_NET_RENEW_H

#include "engine/net/shift.h"

/* The values of an image that are not zero, pixel by pixel. */
struct shift_values {
    uint32_t pixels, n_channels;
    const uint32_t *starts;   /* [pixels + 1] where a pixel's values begin */
    const uint16_t *channels; /* ascending */
    const float *values;
};

/* Those that stay, and those of a channel that goes. */
enum { SHIFT_NOWHERE = UINT32_MAX };
struct shift_site {
    uint32_t n, *starts; /* [pixels + 1] */
    uint32_t *channels;  /* [n], room for one vector more */
    float *values;
    uint32_t channel;        /* that goes; SHIFT_NOWHERE: none */
    uint32_t *at;            /* [pixels] where its value was among those that stay, SHIFT_NOWHERE */
    float *gone;             /* [pixels] its value */
    struct shift_list going; /* the same, as changes of the tensor */
};

/* Out: how the values change. */
struct shift_renewal {
    const struct shift_stage *stage;
    const struct shift_site *site;
    bool *touched; /* [positions] that see what goes; cleared again */
    bool fresh;    /* all positions, whose values were all 0 before */
    struct shift_moves moves;
};

struct renew_kernels {
    /* pruned: a bit for each channel, room for 512. */
    void (*sift)(struct shift_site *site, const struct shift_values *from, const uint32_t *pruned,
        uint32_t channel);
    void (*renew)(struct shift_renewal *renewal);
};

#endif
