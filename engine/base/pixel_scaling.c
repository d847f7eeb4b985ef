/* Scale and offset of pixels, for each channel. */
#include "engine/base/pixel_scaling.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double number(const struct channel_numbers *numbers, int channel, double usual)
{
    if (!numbers || numbers->n == 0)
        return usual;
    return numbers->at[numbers->n == 1 ? 0 : channel];
}

struct pixel_scaling pixel_scaling_make(double scale, const struct channel_numbers *mean,
    const struct channel_numbers *deviation, const struct channel_numbers *offset, bool reversed,
    const char *text)
{
    struct pixel_scaling scaling = {.n = 1, .reversed = reversed};
    const struct channel_numbers *all[] = {mean, deviation, offset};
    for (int i = 0; i < 3; i++)
        if (all[i] && all[i]->n > scaling.n)
            scaling.n = all[i]->n;
    for (int c = 0; c < scaling.n; c++) {
        double by = number(deviation, c, 1);
        scaling.scale[c] = scale / by;
        scaling.offset[c] = number(offset, c, 0) - number(mean, c, 0) / by;
    }
    snprintf(scaling.text, sizeof scaling.text, "%s", text);
    return scaling;
}

struct pixel_scaling pixel_scaling_of(double scale)
{
    char text[PIXEL_TEXT];
    bool share = scale > 0 && scale < 1 && fabs(1 / scale - round(1 / scale)) < 1e-6;
    snprintf(text, sizeof text, share ? "1/%.0f" : "%g", share ? 1 / scale : scale);
    return pixel_scaling_make(scale, NULL, NULL, NULL, false, text);
}

bool pixel_scaling_plain(const struct pixel_scaling *scaling)
{
    return scaling->n == 1 && scaling->offset[0] == 0 && !scaling->reversed;
}

static void swap_rows(float *a, float *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float value = a[i];
        a[i] = b[i];
        b[i] = value;
    }
}

void pixel_scaling_apply(const struct pixel_scaling *scaling, float *values, size_t pixels,
    size_t channels, size_t width, size_t n)
{
    float scale[PIXEL_CHANNELS_MAX], offset[PIXEL_CHANNELS_MAX];
    for (int c = 0; c < scaling->n; c++) {
        scale[c] = (float)scaling->scale[c];
        offset[c] = (float)scaling->offset[c];
    }
    for (size_t p = 0; p < pixels; p++, values += channels * width) {
        for (size_t c = 0; scaling->reversed && c < channels / 2; c++)
            swap_rows(values + c * width, values + (channels - 1 - c) * width, n);
        for (size_t c = 0; c < channels; c++) {
            float *row = values + c * width;
            size_t at = scaling->n == 1 ? 0 : c;
            for (size_t i = 0; i < n; i++)
                row[i] = row[i] * scale[at] + offset[at];
        }
    }
}

void pixel_scaling_undo(
    const struct pixel_scaling *scaling, float *values, size_t pixels, size_t channels)
{
    for (size_t p = 0; p < pixels; p++, values += channels) {
        for (size_t c = 0; c < channels; c++) {
            size_t at = scaling->n == 1 ? 0 : c;
            values[c] = (float)(((double)values[c] - scaling->offset[at]) / scaling->scale[at]);
        }
        for (size_t c = 0; scaling->reversed && c < channels / 2; c++)
            swap_rows(values + c, values + (channels - 1 - c), 1);
    }
}

static size_t put_list(char *text, size_t at, const char *name, const double *numbers, int n)
{
    for (int c = 0; c < n && at < PIXEL_FLAGS; c++)
        at += (size_t)snprintf(text + at, PIXEL_FLAGS - at, "%s%.17g", c ? "," : name, numbers[c]);
    return at;
}

const char *pixel_scaling_flags(const struct pixel_scaling *scaling, char text[PIXEL_FLAGS])
{
    double mean[PIXEL_CHANNELS_MAX], deviation[PIXEL_CHANNELS_MAX];
    size_t at = put_list(text, 0, "--scale ", scaling->scale, scaling->n == 1);
    for (int c = 0; c < scaling->n; c++) {
        deviation[c] = 1 / scaling->scale[c];
        mean[c] = -scaling->offset[c] / scaling->scale[c];
    }
    if (scaling->n == 1 && scaling->offset[0] != 0)
        at = put_list(text, at, " --offset ", scaling->offset, 1);
    if (scaling->n > 1) {
        at = put_list(text, at, "--scale 1 --mean ", mean, scaling->n);
        at = put_list(text, at, " --std ", deviation, scaling->n);
    }
    if (scaling->reversed && at < PIXEL_FLAGS)
        snprintf(text + at, PIXEL_FLAGS - at, " --bgr");
    return text;
}
