/* What is done to pixels before a net sees them: input = pixel * scale + offset, one for all
 * channels or one for each; and which channel comes first.
 * Owner: the caller's, a value. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_PIXEL_SCALING_H
#define SECATEUR_ENGINE_BASE_PIXEL_SCALING_H

#include <stdbool.h>
#include <stddef.h>

enum { PIXEL_CHANNELS_MAX = 64, PIXEL_TEXT = 64, PIXEL_FLAGS = 4096 };

/* A number for all channels, or one for each; n 0: none was given. */
struct channel_numbers {
    int n;
    double at[PIXEL_CHANNELS_MAX];
};

struct pixel_scaling {
    int n; /* 1: the same for all channels */
    double scale[PIXEL_CHANNELS_MAX], offset[PIXEL_CHANNELS_MAX];
    bool reversed;         /* the last channel first: BGR from RGB */
    char text[PIXEL_TEXT]; /* "1/255", "x/127.5 - 1" */
};

struct pixel_scaling pixel_scaling_of(double scale); /* scale alone */
/* (pixel * scale - mean) / deviation + offset; numbers that were not given are 0, and 1 for the
 * deviations. Their n are 0, 1 or all the same. */
struct pixel_scaling pixel_scaling_make(double scale, const struct channel_numbers *mean,
    const struct channel_numbers *deviation, const struct channel_numbers *offset, bool reversed,
    const char *text);
/* One scale, no offset, channels as they are: what most nets take. */
bool pixel_scaling_plain(const struct pixel_scaling *scaling);
/* values[pixels][channels][width], of which the first n of each width are images, in place. */
void pixel_scaling_apply(const struct pixel_scaling *scaling, float *values, size_t pixels,
    size_t channels, size_t width, size_t n);
/* Back to pixels: values[pixels][channels], in place. */
void pixel_scaling_undo(
    const struct pixel_scaling *scaling, float *values, size_t pixels, size_t channels);
/* Flags of the command line that say the same: "--scale 1 --mean 1,2,3 --std 1,1,1". */
const char *pixel_scaling_flags(const struct pixel_scaling *scaling, char text[PIXEL_FLAGS]);

#endif
