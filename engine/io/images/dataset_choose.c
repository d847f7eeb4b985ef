/* Which array of a file holds the images, and which their labels: by name, or the only ones that
 * may. Where several may, the file's names are told and nothing is guessed. */
#include "engine/io/images/dataset_layout.h"

#include "engine/base/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What people call them. */
static const char *const data_words[] = {"x", "data", "images", "image", "imgs", "img", "features",
    "inputs", "input", "pixels", "faces", "arr_0", NULL};
static const char *const label_words[] = {"y", "label", "labels", "target", "targets", "class",
    "classes", "output", "outputs", "arr_1", NULL};

struct search {
    struct arrays *arrays;
    const struct dataset_options *options;
    char *data, *label; /* names that were given; NULL: to be found */
    struct array **list;
    int n;
    struct error why; /* the first array that cannot be read */
};

struct pair {
    int data, label; /* of the list */
    bool named;      /* their names belong together: "test/x", "test/y" */
};

enum { PAIRS_MAX = 64, TOLD_BYTES = 200 };

/* Names ---------------------------------------------------------------------------------- */

/* "x_test" without its word "x" is "_test"; false: no such word is in it. Words end where letters
 * do, as in "test_images" and "y". */
static bool without_word(const char *name, const char *const *words, char rest[TOLD_BYTES])
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    for (; *words; words++) {
        size_t length = strlen(*words);
        for (const char *at = base; *at; at++) {
            bool begins = at == base || !isalnum((unsigned char)at[-1]);
            if (!begins || strncasecmp(at, *words, length) != 0 ||
                isalnum((unsigned char)at[length]))
                continue;
            snprintf(rest, TOLD_BYTES, "%.*s%s", (int)(at - name), name, at + length);
            return true;
        }
    }
    return false;
}

bool dataset_is_label_name(const char *name)
{
    char rest[TOLD_BYTES];
    return without_word(name, label_words, rest);
}

static bool belong_together(const char *data, const char *label)
{
    char a[TOLD_BYTES], b[TOLD_BYTES];
    return without_word(data, data_words, a) && without_word(label, label_words, b) &&
           strcmp(a, b) == 0;
}

/* Pairs ---------------------------------------------------------------------------------- */

/* The first layout in which the array may be images that the labels fit. */
static bool find_layout(const struct search *search, const struct array *data,
    const struct array *label, struct dataset_choice *choice)
{
    const struct shape *image = &search->options->shape;
    bool turned = array_turned(data) != NULL;
    for (int k = 0; dataset_layout(array_shape(data), turned, image, k, &choice->layout); k++)
        if (choice->layout.n > 0 &&
            dataset_labels_fit(label, choice->layout.n, &choice->label_layout))
            return true;
    return false;
}

static bool may_be_images(const struct search *search, const struct array *array)
{
    struct layout layout;
    bool turned = array_turned(array) != NULL;
    return dataset_layout(array_shape(array), turned, &search->options->shape, 0, &layout) &&
           layout.sure;
}

/* One-hot rows have as many values as the net has classes. */
static bool pair_fits(
    const struct search *search, const struct array *data, const struct array *label)
{
    struct dataset_choice choice;
    int classes = search->options->n_classes;
    if (data == label || !find_layout(search, data, label, &choice))
        return false;
    bool one_hot = choice.label_layout.width > 1;
    return !one_hot || search->label || classes == 0 ||
           choice.label_layout.width == (size_t)classes;
}

static bool wanted(const char *given, const struct array *array)
{
    return !given || strcmp(given, array_name(array)) == 0;
}

static int find_pairs(const struct search *search, struct pair pairs[PAIRS_MAX])
{
    int n = 0;
    for (int d = 0; d < search->n; d++)
        for (int l = 0; l < search->n && n < PAIRS_MAX; l++) {
            struct array *data = search->list[d], *label = search->list[l];
            if (wanted(search->data, data) && wanted(search->label, label) &&
                pair_fits(search, data, label))
                pairs[n++] =
                    (struct pair){d, l, belong_together(array_name(data), array_name(label))};
        }
    return n;
}

/* Of several label arrays the one whose name belongs to the images'; -1: that is not one pair. */
static int only_pair(const struct pair *pairs, int n)
{
    int found = -1, named = 0;
    for (int i = 0; i < n; i++) {
        named += pairs[i].named;
        if (pairs[i].data != pairs[0].data)
            return -1;
        found = pairs[i].named ? i : found;
    }
    return n == 1 ? 0 : named == 1 ? found : -1;
}

/* Refusals ------------------------------------------------------------------------------- */

static bool fail_several(
    const struct search *search, const struct pair *pairs, int n, struct error *err)
{
    char told[TOLD_BYTES] = "";
    bool named = false;
    const struct pair *first = &pairs[0];
    for (int i = 0; i < n; i++)
        named = named || pairs[i].named;
    for (int i = 0, told_n = 0; i < n; i++) {
        size_t at = strlen(told);
        if (named && !pairs[i].named)
            continue;
        first = told_n++ ? first : &pairs[i];
        snprintf(told + at, sizeof told - at, "%s%s with %s", at ? ", " : "",
            array_name(search->list[pairs[i].data]), array_name(search->list[pairs[i].label]));
    }
    return fail(err,
        "%s: several arrays could be the images and labels: %s; name them, for example --data-name "
        "%s --label-name %s",
        arrays_file(search->arrays), told, array_name(search->list[first->data]),
        array_name(search->list[first->label]));
}

/* "[n, 55, 47, 3] or [n, 3, 55, 47]" */
static void expected_text(const struct shape *image, char *text, size_t size)
{
    size_t at = 0;
    for (int planes = 0; planes < (image->rank == 3 ? 2 : 1); planes++) {
        at += (size_t)snprintf(text + at, size - at, planes ? " or [n" : "[n");
        for (int i = 0; i < image->rank; i++)
            at += (size_t)snprintf(
                text + at, size - at, ", %d", image->dim[(i + 2 * planes) % image->rank]);
        at += (size_t)snprintf(text + at, size - at, "]");
    }
}

static bool fail_layout(const struct search *search, const struct array *data, struct error *err)
{
    char found[H5_SHAPE_TEXT], expected[2 * H5_SHAPE_TEXT];
    const struct shape *image = &search->options->shape;
    const struct h5_shape *shape = array_shape(data);
    const char *file = arrays_file(search->arrays), *name = array_name(data);
    expected_text(image, expected, sizeof expected);
    if (shape->rank != image->rank + 1)
        return fail(err, "%s: /%s: rank is %d, expected %d (%s)", file, name, shape->rank,
            image->rank + 1, expected);
    return fail(err, "%s: /%s: shape is %s, expected %s", file, name, h5_shape_text(shape, found),
        expected);
}

/* Both were named, but do not fit. */
static bool fail_labels(const struct search *search, const struct array *data,
    const struct array *label, struct error *err)
{
    struct layout layout;
    char text[H5_SHAPE_TEXT];
    const struct h5_shape *shape = array_shape(label);
    const char *file = arrays_file(search->arrays), *name = array_name(label);
    bool turned = array_turned(data) != NULL;
    if (!dataset_layout(array_shape(data), turned, &search->options->shape, 0, &layout))
        return fail_layout(search, data, err);
    if (layout.n == 0)
        return fail(err, "%s: /%s: holds no images", file, array_name(data));
    if (shape->rank < 1 || shape->rank > 2)
        return fail(err, "%s: /%s: shape is %s, expected [n] or [n, classes]", file, name,
            h5_shape_text(shape, text));
    return fail(err, "%s: /%s: has %llu labels for %llu images", file, name,
        (unsigned long long)shape->dim[0], (unsigned long long)layout.n);
}

/* "x [200, 10, 10], y [200]" */
static void list_text(const struct search *search, char *text, size_t size)
{
    char shape[H5_SHAPE_TEXT];
    size_t at = (size_t)snprintf(text, size, search->n ? "" : "no arrays of numbers");
    for (int i = 0; i < search->n && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s %s", i ? ", " : "",
            array_name(search->list[i]), h5_shape_text(array_shape(search->list[i]), shape));
}

/* What to do with one array alone: a set is images and labels. */
static const char *single(const struct search *search)
{
    const char *dot = strrchr(arrays_file(search->arrays), '.');
    bool alone = !search->why.class && dot && strcmp(dot, ".npy") == 0;
    return alone ? "; one .npy is one array: put both into an archive, "
                   "numpy.savez('set.npz', data=images, label=labels)"
                 : "";
}

/* What is there, and what was looked for. */
static bool fail_none(const struct search *search, struct error *err)
{
    char held[TOLD_BYTES], expected[2 * H5_SHAPE_TEXT], why[sizeof search->why.text + 2] = "";
    const char *file = arrays_file(search->arrays);
    list_text(search, held, sizeof held);
    if (search->why.class)
        snprintf(why, sizeof why, "; %s",
            search->why.text +
                (strncmp(search->why.text, file, strlen(file)) == 0
                        ? strlen(file) + strspn(search->why.text + strlen(file), ": ")
                        : 0));
    for (int i = 0; i < search->n; i++)
        if (wanted(search->data, search->list[i]) && may_be_images(search, search->list[i]))
            return fail(err,
                "%s: there are no labels for the images of /%s (the file holds: %s)%s%s", file,
                array_name(search->list[i]), held, why, single(search));
    expected_text(&search->options->shape, expected, sizeof expected);
    return fail(err,
        "%s: holds no images of the shape that the net needs, %s (the file holds: %s)%s%s", file,
        expected, held, why, single(search));
}

/* Choosing ------------------------------------------------------------------------------- */

/* The array that was named, or is called as usual; malloc'd or NULL. */
static char *given_name(struct search *search, const char *of_file, size_t length,
    const char *of_all, const char *usual)
{
    size_t slash = of_file ? strspn(of_file, "/") : 0;
    if (of_file && length > slash)
        return memory_format("%.*s", (int)(length - slash), of_file + slash);
    if (of_all)
        return memory_string(of_all + strspn(of_all, "/"));
    return arrays_have(search->arrays, usual) ? memory_string(usual) : NULL;
}

static bool open_given(struct search *search, struct dataset_choice *choice, struct error *err)
{
    choice->data = array_open(search->arrays, search->data, err);
    choice->label = choice->data ? array_open(search->arrays, search->label, err) : NULL;
    return choice->label && (find_layout(search, choice->data, choice->label, choice) ||
                                fail_labels(search, choice->data, choice->label, err));
}

/* A name that was given must be there, and the images must fit, before the other is looked for. */
static bool check_given(const struct search *search, const char *name, struct error *err)
{
    struct array *array = name ? array_open(search->arrays, name, err) : NULL;
    bool good = array || !name;
    if (good && name && name == search->data && !may_be_images(search, array))
        good = fail_layout(search, array, err);
    array_close(array);
    return good;
}

/* One that was named may be a link, which lists leave out. */
static void add_given(struct search *search, const char *name)
{
    for (int i = 0; i < search->n; i++)
        if (!name || wanted(name, search->list[i]))
            return;
    struct array *array = name ? array_open(search->arrays, name, NULL) : NULL;
    if (array)
        search->list[search->n++] = array;
}

static bool find(struct search *search, struct dataset_choice *choice, struct error *err)
{
    struct pair pairs[PAIRS_MAX];
    if (!check_given(search, search->data, err) || !check_given(search, search->label, err))
        return false;
    search->list = arrays_list(search->arrays, &search->n, &search->why);
    add_given(search, search->data);
    add_given(search, search->label);
    int n = find_pairs(search, pairs), one = only_pair(pairs, n);
    if (n == 0)
        return fail_none(search, err);
    if (one < 0)
        return fail_several(search, pairs, n, err);
    if (!search->data)
        search->data = memory_string(array_name(search->list[pairs[one].data]));
    if (!search->label)
        search->label = memory_string(array_name(search->list[pairs[one].label]));
    return open_given(search, choice, err);
}

/* CIFAR-100 has two labels for an image; "": a set of one. */
static const char *labels_of_two(struct arrays *arrays, const struct dataset_choice *choice)
{
    if (!arrays_have(arrays, DATASET_COARSE))
        return "";
    return strcmp(array_name(choice->label), DATASET_COARSE) == 0 ? "coarse labels"
                                                                  : DATASET_FINE_LABELS;
}

/* What was found rather than given, and what was turned. */
static void say(struct arrays *arrays, struct dataset_choice *choice, bool found)
{
    const char *turned = array_turned(choice->data);
    size_t at =
        (size_t)snprintf(choice->said, sizeof choice->said, "%s", labels_of_two(arrays, choice));
    if (found)
        at = (size_t)snprintf(choice->said, sizeof choice->said, "images /%.80s, labels /%.80s",
            array_name(choice->data), array_name(choice->label));
    if (turned)
        snprintf(choice->said + at, sizeof choice->said - at, "%saxes turned (%s)", at ? ", " : "",
            turned);
}

bool dataset_choose(struct arrays *arrays, const struct dataset_options *options, const char *names,
    struct dataset_choice *choice, struct error *err)
{
    struct search search = {.arrays = arrays, .options = options};
    const char *comma = names ? strchr(names, ',') : NULL;
    size_t length = names ? strcspn(names, ",") : 0;
    const char *label = comma && comma[1] ? comma + 1 : NULL;
    *choice = (struct dataset_choice){0};
    search.data = given_name(&search, names, length, options->data_name, "data");
    search.label =
        given_name(&search, label, label ? strlen(label) : 0, options->label_name, "label");
    bool found = !search.data || !search.label;
    bool good = found ? find(&search, choice, err) : open_given(&search, choice, err);
    if (good)
        say(arrays, choice, found);
    arrays_list_free(search.list, search.n);
    free(search.data);
    free(search.label);
    return good;
}

void dataset_choice_free(struct dataset_choice *choice)
{
    array_close(choice->data);
    array_close(choice->label);
}
