/* Windows from the settings of a layer, and their taps at each position. */
#include "engine/nn/tensor/window.h"

#include "engine/base/memory.h"

#include <string.h>

bool window_check_images(
    const struct shape *input, bool planes, const struct layer_config *settings, struct error *err)
{
    char text[SHAPE_TEXT];
    const char *usual = planes ? "channels_first" : "channels_last", *format;
    if (!layer_config_string(settings, "data_format", usual, &format, err))
        return false;
    if (strcmp(format, usual) != 0)
        return fail(err, "data_format is %s, but its input is %s", format, usual);
    if (input->rank != 3)
        return fail(
            err, "its input is %s, expected height x width x channels", shape_text(input, text));
    return true;
}

static bool check_positive(const char *key, const int pair[2], struct error *err)
{
    if (pair[0] < 1 || pair[1] < 1)
        return fail(err, "%s is %dx%d, expected 1 or more", key, pair[0], pair[1]);
    return true;
}

/* Padding in numbers: top, bottom, left, right. */
static bool read_pads(
    const struct layer_config *settings, int pads[4], bool *given, struct error *err)
{
    const struct setting *setting = layer_config_find(settings, "pads");
    *given = setting;
    if (setting && (setting->kind != SETTING_NUMBERS || setting->n != 4))
        return fail(err, "pads is not 4 whole numbers");
    for (int i = 0; setting && i < 4; i++) {
        double number = setting->number[i];
        if (!(number >= 0 && number <= 1 << 20) || number != (int)number)
            return fail(err, "pads holds %g, expected a whole number from 0", number);
        pads[i] = (int)number;
    }
    return true;
}

static bool place_padded(struct window *window, int axis, const int pads[4], struct error *err)
{
    long long room = (long long)window->in[axis] + pads[2 * axis] + pads[2 * axis + 1];
    long long extent = (window->size[axis] - 1LL) * window->dilation[axis] + 1;
    if (room < extent)
        return fail(err, "its window of %lld pixels does not fit into %lld", extent, room);
    if (extent > 1 << 24 || window->stride[axis] > 1 << 24)
        return fail(err, "its window or stride is too large");
    window->out[axis] = (int)((room - extent) / window->stride[axis] + 1);
    window->before[axis] = pads[2 * axis];
    return true;
}

/* Positions and padding along one axis, as TensorFlow has them: "same" pads one more behind
 * than before when the padding is odd. */
static bool place(struct window *window, int axis, bool same, struct error *err)
{
    long long in = window->in[axis], stride = window->stride[axis];
    long long extent = (window->size[axis] - 1LL) * window->dilation[axis] + 1;
    long long out = same ? (in + stride - 1) / stride : (in - extent + stride) / stride;
    long long padding = same ? (out - 1) * stride + extent - in : 0;
    if (in < extent && !same)
        return fail(err, "its window of %lld pixels does not fit into %lld", extent, in);
    if (extent > 1 << 24 || stride > 1 << 24)
        return fail(err, "its window or stride is too large");
    window->out[axis] = (int)out;
    window->before[axis] = padding > 0 ? (int)(padding / 2) : 0;
    return true;
}

/* Size, strides and dilation; of a line the first of both is 1. */
static bool read_pairs(struct window *window, const struct layer_config *settings,
    const char *size_key, bool line, struct error *err)
{
    bool pool = strcmp(size_key, "pool_size") == 0;
    if (!layer_config_pair(settings, size_key, pool ? 2 : 0, window->size, err) ||
        !layer_config_pair(settings, "strides", pool ? 0 : 1, window->stride, err) ||
        !layer_config_pair(settings, "dilation_rate", 1, window->dilation, err))
        return false;
    const struct setting *strides = layer_config_find(settings, "strides");
    if (pool && (!strides || strides->kind == SETTING_NULL))
        memcpy(window->stride, window->size, sizeof window->stride);
    if (!check_positive(size_key, window->size, err) ||
        !check_positive("strides", window->stride, err) ||
        !check_positive("dilation_rate", window->dilation, err))
        return false;
    if (line)
        window->size[0] = window->stride[0] = window->dilation[0] = 1;
    return true;
}

bool window_configure(struct window *window, const struct shape *input, bool planes,
    const struct layer_config *settings, const char *size_key, struct error *err)
{
    const char *padding;
    int pads[4];
    bool padded;
    if (!window_check_images(input, planes, settings, err) ||
        !read_pairs(window, settings, size_key, false, err) ||
        !layer_config_string(settings, "padding", "valid", &padding, err) ||
        !read_pads(settings, pads, &padded, err))
        return false;
    if (strcmp(padding, "same") != 0 && strcmp(padding, "valid") != 0)
        return fail(err, "padding is \"%s\", expected same or valid", padding);
    memcpy(window->in, input->dim, sizeof window->in);
    window->channels = input->dim[2];
    if (padded)
        return place_padded(window, 0, pads, err) && place_padded(window, 1, pads, err);
    return place(window, 0, padding[0] == 's', err) && place(window, 1, padding[0] == 's', err);
}

bool window_check_line(
    const struct shape *input, const struct layer_config *settings, struct error *err)
{
    char text[SHAPE_TEXT];
    const char *format;
    if (!layer_config_string(settings, "data_format", "channels_last", &format, err))
        return false;
    if (strcmp(format, "channels_last") != 0)
        return fail(err, "data_format is %s, only channels_last is supported", format);
    return input->rank == 2 ||
           fail(err, "its input is %s, expected steps x channels", shape_text(input, text));
}

bool window_configure_line(struct window *window, const struct shape *input,
    const struct layer_config *settings, const char *size_key, struct error *err)
{
    const char *padding;
    if (!window_check_line(input, settings, err) ||
        !read_pairs(window, settings, size_key, true, err) ||
        !layer_config_string(settings, "padding", "valid", &padding, err))
        return false;
    window->in[0] = 1;
    window->in[1] = input->dim[0];
    window->channels = input->dim[1];
    bool same = strcmp(padding, "same") == 0, pool = strcmp(size_key, "pool_size") == 0;
    if (strcmp(padding, "causal") == 0 && !pool) {
        long long before = (window->size[1] - 1LL) * window->dilation[1];
        const int pads[] = {0, 0, before > 1 << 24 ? 1 << 24 : (int)before, 0};
        return place_padded(window, 0, pads, err) && place_padded(window, 1, pads, err);
    }
    if (!same && strcmp(padding, "valid") != 0)
        return fail(
            err, "padding is \"%s\", expected same%s valid", padding, pool ? " or" : ", causal or");
    return place(window, 0, same, err) && place(window, 1, same, err);
}

/* Rounded up; a window without gaps is the usual one, and needs no division. */
static int divide_up(int value, int step)
{
    return step == 1 ? value : (value + step - 1) / step;
}

struct taps window_taps(const struct window *window, int axis, int position)
{
    int step = window->dilation[axis], size = window->size[axis];
    int origin = position * window->stride[axis] - window->before[axis];
    int first = origin < 0 ? divide_up(-origin, step) : 0, room = window->in[axis] - origin;
    int last = room > 0 ? divide_up(room, step) : 0;
    return (struct taps){first < size ? first : size, last < size ? last : size, origin};
}

struct taps *window_all_taps(const struct window *window, int axis)
{
    struct taps *taps = memory_array((size_t)window->out[axis], sizeof *taps);
    for (int i = 0; i < window->out[axis]; i++)
        taps[i] = window_taps(window, axis, i);
    return taps;
}

bool window_is_pointwise(const struct window *window)
{
    return window->size[0] == 1 && window->size[1] == 1 && window->stride[0] == 1 &&
           window->stride[1] == 1 && window->out[0] == window->in[0] &&
           window->out[1] == window->in[1];
}

bool window_tiles(const struct window *window)
{
    bool good = true;
    for (int axis = 0; axis < 2; axis++)
        good =
            good && window->before[axis] == 0 && window->dilation[axis] == 1 &&
            window->size[axis] <= window->stride[axis] &&
            (window->out[axis] - 1) * window->stride[axis] + window->size[axis] <= window->in[axis];
    return good;
}

size_t window_positions(const struct window *window)
{
    return (size_t)window->out[0] * (size_t)window->out[1];
}
