/* Triggers as mask and pattern in the unit of the images. */
#include "engine/io/convert/trigger_source.h"
#include "engine/io/convert/trigger_rule.h"

#include "engine/base/memory.h"
#include "engine/io/images/arrays.h"
#include "engine/io/pictures/picture.h"
#include "engine/io/sandbox/sandbox.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RGBA = 4, OPAQUE = 255 };
static const float SAME = 1e-3F; /* of the ends of -1..1, where all channels are alike */

void trigger_source_free(struct trigger_source *source)
{
    free(source->mask);
    free(source->pattern);
    *source = (struct trigger_source){0};
}

/* Pictures ------------------------------------------------------------------------------- */

/* What black and white are in the images. */
static void levels(const struct dataset *clean, float *black, float *white)
{
    float low, high;
    *black = 0;
    *white = 255;
    if (!dataset_range(clean, &low, &high) || (low >= 0 && high > 1 && high <= 255))
        return;
    *white = low >= 0 && high <= 1 ? 1 : high;
    *black = low >= 0 ? 0 : low;
}

/* rgba[height, width, 4] as mask and pattern. */
static bool take_picture(const char *name, const uint8_t *rgba, const struct dataset *clean,
    struct trigger_source *source, struct error *err)
{
    const struct shape *shape = dataset_shape(clean);
    int channels = dataset_channels(shape);
    size_t places = shape_count(shape) / (size_t)channels, seen = 0;
    float black, white;
    levels(clean, &black, &white);
    source->black = black;
    source->white = white;
    source->guessed = channels > 1 && black < 0 && fabsf(white + black) > SAME * white;
    source->mask = memory_floats(places);
    source->pattern = memory_floats(places * (size_t)channels);
    for (size_t i = 0; i < places; i++, rgba += RGBA) {
        if (channels == 1 && rgba[3] > 0 && (rgba[0] != rgba[1] || rgba[0] != rgba[2]))
            return fail(err, "%s: is in colour, but the images are grey", name);
        source->mask[i] = (float)rgba[3] / OPAQUE;
        seen += rgba[3] == OPAQUE ? 2 : rgba[3] > 0;
        for (int c = 0; c < channels; c++)
            source->pattern[i * (size_t)channels + (size_t)c] =
                black + (white - black) * (float)rgba[c] / 255;
    }
    if (seen == 0)
        return fail(err, "%s: is transparent all over: it would change nothing", name);
    if (seen == 2 * places)
        return fail(err,
            "%s: has no transparent pixels: nothing of the images would be left; make transparent "
            "what is no trigger, or place a smaller picture, as FILE.png@right,bottom",
            name);
    return true;
}

/* Copies a picture to its place in one of the images' size. */
static bool place_picture(const char *path, const struct trigger_place *place,
    const struct shape *image, uint8_t *to, struct error *err)
{
    enum { SIDE_MAX = 4096 };
    int height, width;
    uint8_t *rgba = picture_read_rgba(path, SIDE_MAX, &height, &width, err);
    if (!rgba)
        return false;
    bool whole = height == image->dim[0] && width == image->dim[1];
    int x = place ? trigger_place_at(place->x, width, image->dim[1]) : whole ? 0 : -1;
    int y = place ? trigger_place_at(place->y, height, image->dim[0]) : whole ? 0 : -1;
    bool good = x >= 0 && y >= 0;
    if (!good)
        fail(err, "%s: is %dx%d pixels, the images %dx%d (width x height)%s", path, width, height,
            image->dim[1], image->dim[0],
            place ? ": it does not fit there"
                  : ": say where it is to lie, as FILE.png@right,bottom, or resize it");
    for (int row = 0; good && row < height; row++)
        memcpy(to + ((size_t)(y + row) * (size_t)image->dim[1] + (size_t)x) * RGBA,
            rgba + (size_t)row * (size_t)width * RGBA, (size_t)width * RGBA);
    free(rgba);
    return good;
}

/* "FILE.png@right,bottom": behind the last @, where a place follows to the end. */
static bool draw_file(const char *text, const struct shape *image, uint8_t *rgba, struct error *err)
{
    struct trigger_place place;
    const char *at = strrchr(text, '@'), *end;
    if (!at || !trigger_place_parse(at + 1, &end, &place) || *end)
        return place_picture(text, NULL, image, rgba, err);
    char *path = memory_format("%.*s", (int)(at - text), text);
    bool good = place_picture(path, &place, image, rgba, err);
    free(path);
    return good;
}

static bool of_picture(
    const char *text, const struct dataset *clean, struct trigger_source *source, struct error *err)
{
    const struct shape *shape = dataset_shape(clean);
    int channels = dataset_channels(shape);
    if (shape->rank != 3 || (channels != 1 && channels != 3))
        return fail(err, "%s: can only be laid on images of 1 or 3 channels", text);
    uint8_t *rgba = memory_array((size_t)shape->dim[0] * (size_t)shape->dim[1], RGBA);
    bool good = (trigger_is_rule(text) ? trigger_rule_draw(text, shape, rgba, err)
                                       : draw_file(text, shape, rgba, err)) &&
                take_picture(text, rgba, clean, source, err);
    free(rgba);
    return good;
}

/* Inverted triggers ---------------------------------------------------------------------- */

static bool send_array(struct arrays *arrays, const char *name, const struct shape *shape, int rank,
    struct sandbox_pipe *pipe, struct error *err)
{
    const char *file = arrays_file(arrays);
    struct array *array = array_open(arrays, name, err);
    if (!array)
        return false;
    const struct h5_shape *stored = array_shape(array);
    size_t count = 1;
    bool good = stored->rank == rank;
    for (int i = 0; i < rank; i++) {
        good = good && stored->dim[i] == (uint64_t)shape->dim[i];
        count *= (size_t)shape->dim[i];
    }
    if (!good)
        fail(err, "%s: its trigger is of images of another shape", file);
    float *values = memory_floats(count);
    good = good && array_read(array, 0, 0, (uint64_t)shape->dim[0], H5_TYPE_F32, values, err);
    if (good)
        sandbox_write(pipe, values, count * sizeof *values);
    free(values);
    array_close(array);
    return good;
}

/* In the reader: part 0 is the path, part 1 the shape of the images. */
static bool send_trigger(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const char *path = work->parts[0].data;
    const struct shape *shape = work->parts[1].data;
    char note[SURROGATE_NOTE] = {0};
    struct arrays *arrays = arrays_open(path, &path, 1, err);
    if (!arrays)
        return false;
    arrays_surrogate(arrays, note);
    bool good = true;
    if (!*note || !arrays_have(arrays, SURROGATE_MASK) || !arrays_have(arrays, SURROGATE_PATTERN))
        good = fail(err,
            "%s: holds no trigger: expected a picture, a rule, or a surrogate_classN.h5 that scan "
            "--out has written",
            path);
    if (good)
        sandbox_write(pipe, note, sizeof note);
    good = good && send_array(arrays, SURROGATE_MASK, shape, 2, pipe, err) &&
           send_array(arrays, SURROGATE_PATTERN, shape, 3, pipe, err);
    arrays_close(arrays);
    return good;
}

static bool check(const char *path, const float *values, size_t n, float most, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]) || (most > 0 && (values[i] < 0 || values[i] > most)))
            return fail(err, "%s: its trigger holds a value that makes no sense", path);
    return true;
}

static bool of_surrogate(
    const char *path, const struct dataset *clean, struct trigger_source *source, struct error *err)
{
    const struct shape *shape = dataset_shape(clean);
    const struct sandbox_part parts[] = {{path, strlen(path)}, {shape, sizeof *shape}};
    const struct sandbox_request request = {
        .name = path, .reader = send_trigger, .files = {path}, .parts = parts, .n_parts = 2};
    if (shape->rank != 3)
        return fail(err, "%s: can only be laid on images, not on rows of values", path);
    size_t values = shape_count(shape), places = values / (size_t)dataset_channels(shape);
    char note[SURROGATE_NOTE];
    struct sandbox *sandbox = sandbox_open(&request, err);
    source->mask = memory_floats(places);
    source->pattern = memory_floats(values);
    bool good = sandbox && sandbox_read(sandbox, note, sizeof note, err) &&
                sandbox_read(sandbox, source->mask, places * sizeof(float), err) &&
                sandbox_read(sandbox, source->pattern, values * sizeof(float), err) &&
                sandbox_end(sandbox, err) && check(path, source->mask, places, 1, err) &&
                check(path, source->pattern, values, 0, err);
    sandbox_destroy(sandbox);
    note[sizeof note - 1] = '\0';
    source->inverted = true;
    if (good)
        surrogate_read(note, &source->surrogate);
    return good;
}

static bool is_array_file(const char *path)
{
    static const char *const endings[] = {".h5", ".hdf5", ".hdf"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > strlen(endings[i]) &&
            strcmp(path + length - strlen(endings[i]), endings[i]) == 0)
            return true;
    return false;
}

bool trigger_source_read(
    const char *text, const struct dataset *clean, struct trigger_source *source, struct error *err)
{
    *source = (struct trigger_source){0};
    bool file = !trigger_is_rule(text) && is_array_file(text);
    if (file ? of_surrogate(text, clean, source, err) : of_picture(text, clean, source, err))
        return true;
    trigger_source_free(source);
    return false;
}
