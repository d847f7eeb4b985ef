/* What images of a set may be, by the sizes of its arrays: tries them as dataset_choose does. */
#include "engine/io/images/dataset_shape.h"
#include "engine/io/images/dataset_layout.h"
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 8, SIDE_MAX = 1 << 20, CHANNELS_MAX = 4, VALUES_MAX = 1 << 28 };

struct candidates {
    int n;
    struct shape shape[CANDIDATES];
};

static void add(struct candidates *candidates, int rank, uint64_t a, uint64_t b, uint64_t c)
{
    struct shape shape = {.rank = rank, .dim = {(int)a, (int)b, (int)c}};
    bool fits = a > 0 && b > 0 && c > 0 && a <= SIDE_MAX && b <= SIDE_MAX && c <= SIDE_MAX &&
                a * b <= VALUES_MAX && a * b * c <= VALUES_MAX;
    if (fits && candidates->n < CANDIDATES)
        candidates->shape[candidates->n++] = shape;
}

/* In the order of their likeliness: few channels, last or first, images first or last. */
static void propose(const struct h5_shape *stored, bool turned, struct candidates *candidates)
{
    uint64_t dim[H5_RANKS];
    for (int i = 0; i < stored->rank; i++)
        dim[i] = stored->dim[turned ? stored->rank - 1 - i : i];
    candidates->n = 0;
    if (stored->rank == 4) {
        if (dim[3] <= CHANNELS_MAX)
            add(candidates, 3, dim[1], dim[2], dim[3]);
        if (dim[1] <= CHANNELS_MAX)
            add(candidates, 3, dim[2], dim[3], dim[1]);
        if (dim[2] <= CHANNELS_MAX)
            add(candidates, 3, dim[0], dim[1], dim[2]);
        add(candidates, 3, dim[1], dim[2], dim[3]);
    } else if (stored->rank == 3) {
        add(candidates, 3, dim[1], dim[2], 1);
        add(candidates, 3, dim[0], dim[1], 1);
    } else if (stored->rank == 2) {
        add(candidates, 1, dim[1], 1, 1);
        if (turned)
            add(candidates, 1, dim[0], 1, 1);
    }
}

struct search {
    struct arrays *arrays;
    struct dataset_options options;
    const char *names;
    struct shape found;
    bool any;
    struct error why; /* of the first that does not fit */
};

/* The first candidate of an array that labels go with. False: another array had another. */
static bool try_array(struct search *search, const struct array *array, struct error *err)
{
    struct candidates candidates;
    propose(array_shape(array), array_turned(array) != NULL, &candidates);
    for (int i = 0; i < candidates.n; i++) {
        struct dataset_choice choice;
        struct error why = {0};
        search->options.shape = candidates.shape[i];
        bool fits = dataset_choose(search->arrays, &search->options, search->names, &choice, &why);
        dataset_choice_free(&choice);
        if (!fits && !search->why.class)
            search->why = why;
        if (!fits)
            continue;
        if (search->any && !shape_equal(&search->found, &candidates.shape[i]))
            return fail(err,
                "%s: several arrays could be the images: name them with --data-name, their labels "
                "with --label-name",
                arrays_file(search->arrays));
        search->found = candidates.shape[i];
        search->any = true;
        return true;
    }
    return true;
}

/* Arrays with more axes first: rows of values may be one-hot labels, which names tell. */
static bool find(struct search *search, struct error *err)
{
    enum { MOST = 4, LEAST = 2 };
    int n = 0;
    bool good = true;
    struct error unread = {0};
    struct array **list = arrays_list(search->arrays, &n, &unread);
    for (int rank = MOST; rank >= LEAST && good && !search->any; rank--)
        for (int i = 0; i < n && good; i++)
            if (array_shape(list[i])->rank == rank &&
                (rank > LEAST || !dataset_is_label_name(array_name(list[i]))))
                good = try_array(search, list[i], err);
    arrays_list_free(list, n);
    if (!good || search->any)
        return good;
    const struct error *why = search->why.class ? &search->why : &unread;
    if (why->class)
        return fail(err, "%s", why->text);
    return fail(err, "%s: holds no array of images ([n, height, width] or more axes)",
        arrays_file(search->arrays));
}

static const char *text_of(const struct sandbox_work *work, enum dataset_part part)
{
    return work->parts[part].size ? work->parts[part].data : NULL;
}

static bool send_found(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const char *paths[SET_FILES_MAX];
    int n = dataset_paths(work, paths);
    struct search search = {.names = text_of(work, DATASET_NAMES),
        .options = {.data_name = text_of(work, DATASET_DATA_NAME),
            .label_name = text_of(work, DATASET_LABEL_NAME)}};
    search.arrays = arrays_open(work->parts[DATASET_NAME].data, paths, n, err);
    bool good = search.arrays && find(&search, err);
    if (good)
        sandbox_write(pipe, &search.found, sizeof search.found);
    arrays_close(search.arrays);
    return good;
}

/* What a reader says is judged as any other input. */
static bool check(const char *name, const struct shape *shape, struct error *err)
{
    uint64_t values = 1;
    bool good = shape->rank >= 1 && shape->rank <= 3;
    for (int i = 0; good && i < shape->rank; i++) {
        good = shape->dim[i] > 0 && shape->dim[i] <= SIDE_MAX;
        values *= (uint64_t)(good ? shape->dim[i] : 1);
        good = good && values <= VALUES_MAX;
    }
    return good || fail(err, "%s: is damaged: its contents make no sense", name);
}

static struct sandbox_part part_of(const char *text)
{
    return (struct sandbox_part){text, text ? strlen(text) : 0};
}

static bool find_in_arrays(const char *name, const struct set_files *set,
    const struct dataset_options *options, struct shape *shape, struct error *err)
{
    size_t size;
    char *paths = dataset_join_paths(set, &size);
    const struct sandbox_part parts[DATASET_PARTS] = {
        [DATASET_NAME] = part_of(name),
        [DATASET_PATHS] = {paths, size},
        [DATASET_NAMES] = part_of(options->names[0]),
        [DATASET_DATA_NAME] = part_of(options->data_name),
        [DATASET_LABEL_NAME] = part_of(options->label_name),
    };
    struct sandbox_request request = {
        .name = name, .reader = send_found, .parts = parts, .n_parts = DATASET_PARTS};
    for (int i = 0; i < set->n && i < SANDBOX_FILES; i++)
        request.files[i] = set->path[i];
    struct sandbox *sandbox = sandbox_open(&request, err);
    bool good = sandbox && sandbox_read(sandbox, shape, sizeof *shape, err) &&
                sandbox_end(sandbox, err) && check(name, shape, err);
    sandbox_destroy(sandbox);
    free(paths);
    return good;
}

bool dataset_shape_find(
    const char *name, const struct dataset_options *options, struct shape *shape, struct error *err)
{
    struct set_files set;
    if (!set_files_find(name, &set, err))
        return false;
    bool good = set.label ? dataset_survey(name, &set, options, shape, err)
                          : find_in_arrays(name, &set, options, shape, err);
    set_files_free(&set);
    return good;
}
