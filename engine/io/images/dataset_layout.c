/* Which axis of an array is which: images first or last, channels first or last or left out. */
#include "engine/io/images/dataset_layout.h"

#include "engine/io/images/dataset.h"

#include <string.h>

/* n: images, h, w, c: of the net's input, f: all values of a grey image in one row. In the order
 * in which they are tried. */
static const char *const usual[] = {"nhwc", "nchw", "nhw", "nf"};
static const char *const last[] = {"hwcn", "hwn", "fn"}; /* where the labels say so */
static const char *const matlab[] = {"hwcn", "nhwc", "nchw", "chwn", "hwn", "nhw", "nf", "fn"};
enum { USUAL = 4, LAST = 3, MATLAB = 8 };

int dataset_channels(const struct shape *image)
{
    return image->rank == 3 ? image->dim[2] : 1;
}

/* Size of the axis that a letter names; 0: there is none. */
static uint64_t size_of(const struct shape *image, char letter)
{
    int channels = dataset_channels(image);
    if (letter == 'f')
        return channels == 1 ? shape_count(image) : 0;
    if (letter == 'c')
        return (uint64_t)channels;
    return (uint64_t)image->dim[letter == 'w'];
}

static int axis_of(const struct h5_shape *stored, bool turned, int i)
{
    return turned ? stored->rank - 1 - i : i;
}

/* Takes the axes of an image in the order in which the net wants them. */
static void order_axes(struct layout *layout, const char *letters, const int *axes)
{
    static const char wanted[] = "hwcf";
    layout->n_dims = 0;
    for (int k = 0; wanted[k]; k++) {
        const char *at = strchr(letters, wanted[k]);
        if (at)
            layout->axis[layout->n_dims++] = axes[at - letters];
    }
}

static bool fits(const struct h5_shape *stored, bool turned, const struct shape *image,
    const char *letters, struct layout *layout)
{
    int axes[H5_RANKS], rank = (int)strlen(letters);
    bool grey = strchr(letters, 'c') || dataset_channels(image) == 1;
    if (stored->rank != rank || !grey || (image->rank == 1 && !strchr(letters, 'f')))
        return false;
    for (int i = 0; i < rank; i++) {
        axes[i] = axis_of(stored, turned, i);
        uint64_t dim = stored->dim[axes[i]];
        if (letters[i] == 'n') {
            layout->n_axis = axes[i];
            layout->n = dim;
        } else if (dim != size_of(image, letters[i])) {
            return false;
        }
    }
    layout->letters = letters;
    order_axes(layout, letters, axes);
    return true;
}

/* A net without channels: images of any rank whose values are as many, row by row. */
static bool fits_row(
    const struct h5_shape *stored, bool turned, const struct shape *image, struct layout *layout)
{
    uint64_t values = 1;
    if (image->rank != 1 || stored->rank < 3 || stored->rank > LAYOUT_DIMS + 1)
        return false;
    for (int i = 1; i < stored->rank; i++) {
        layout->axis[i - 1] = axis_of(stored, turned, i);
        uint64_t dim = stored->dim[layout->axis[i - 1]];
        values = values > UINT32_MAX || dim > UINT32_MAX ? 0 : values * dim;
    }
    layout->letters = "n…";
    layout->n_axis = axis_of(stored, turned, 0);
    layout->n = stored->dim[layout->n_axis];
    layout->n_dims = stored->rank - 1;
    return values == shape_count(image);
}

static void describe(
    const struct h5_shape *stored, const struct shape *image, bool turned, struct layout *layout)
{
    uint64_t stride = 1;
    int before = layout->n_axis;
    layout->straight = layout->n_axis == 0;
    for (int k = 0; k < layout->n_dims; k++) {
        int axis = layout->axis[k];
        if (stored->dim[axis] == 1)
            continue; /* wherever it is */
        layout->straight = layout->straight && axis > before;
        before = axis;
    }
    layout->planes = !turned && image->rank == 3 && strcmp(layout->letters, "nchw") == 0;
    for (int i = stored->rank - 1; i >= 0; i--) {
        layout->stride[i] = stride; /* in a piece with one image */
        stride *= i == layout->n_axis ? 1 : stored->dim[i];
    }
}

bool dataset_layout(const struct h5_shape *stored, bool turned, const struct shape *image, int k,
    struct layout *layout)
{
    const char *const *list = turned ? matlab : usual;
    int n = turned ? MATLAB : USUAL, found = -1;
    if (image->rank > 3 || stored->rank < 2)
        return false;
    for (int i = 0; i < n + LAST + 1; i++) {
        const char *letters = i < n ? list[i] : i < n + LAST ? last[i - n] : NULL;
        *layout = (struct layout){.sure = i < n || !letters};
        bool fit = letters ? (i < n || !turned) && fits(stored, turned, image, letters, layout)
                           : fits_row(stored, turned, image, layout);
        found += fit;
        if (fit && found == k) {
            describe(stored, image, turned, layout);
            return true;
        }
    }
    return false;
}

/* A piece with n images as stored, of values of `item` bytes, in the order that the net wants. */
void dataset_turn(const struct layout *layout, const struct h5_shape *stored, uint64_t n,
    size_t item, const char *from, char *to)
{
    uint64_t size[LAYOUT_DIMS] = {1, 1, 1, 1}, step[LAYOUT_DIMS] = {0}, per_image = 1;
    int shift = LAYOUT_DIMS - layout->n_dims;
    for (int i = layout->n_axis + 1; i < stored->rank; i++)
        per_image *= stored->dim[i];
    for (int k = 0; k < layout->n_dims; k++) {
        int axis = layout->axis[k];
        size[shift + k] = stored->dim[axis];
        step[shift + k] = layout->stride[axis] * (axis < layout->n_axis ? n : 1);
    }
    for (uint64_t image = 0; image < n; image++)
        for (uint64_t a = 0; a < size[0]; a++)
            for (uint64_t b = 0; b < size[1]; b++)
                for (uint64_t c = 0; c < size[2]; c++)
                    for (uint64_t d = 0; d < size[3]; d++, to += item)
                        memcpy(to,
                            from + item * (image * per_image + a * step[0] + b * step[1] +
                                              c * step[2] + d * step[3]),
                            item);
}
