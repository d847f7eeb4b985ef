/* Image sets from any format to another, with a trigger on them where one is asked for. */
#include "app/options/verb.h"

#include "app/headless/progress.h"
#include "app/options/options.h"
#include "app/terminal/signals.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/io/convert/dataset_resize.h"
#include "engine/io/convert/image_writer.h"
#include "engine/io/convert/trigger_source.h"
#include "engine/io/images/dataset_shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool tell(void *context, int done, int total)
{
    progress_show(context, "reading", done, total, -1);
    return !*signals_stop_flag();
}

/* "28x28x1", or as the files have it. */
static bool find_shape(
    const struct arguments *arguments, struct dataset_options *read, struct error *err)
{
    int dim[3], end = 0;
    const char *text = arguments->shape;
    if (!text)
        return dataset_shape_find(arguments->operand, read, &read->shape, err);
    if (sscanf(text, "%5dx%5dx%5d%n", &dim[0], &dim[1], &dim[2], &end) != 3 || text[end] ||
        dim[0] < 1 || dim[1] < 1 || dim[2] < 1)
        return fail_as(
            err, ERROR_USAGE, "--shape %s: expected height x width x channels, as 28x28x1", text);
    read->shape = shape_image(dim[0], dim[1], dim[2]);
    return true;
}

/* "32x32"; 0 where it is not asked for. */
static bool find_size(
    const struct arguments *arguments, struct dataset_options *read, struct error *err)
{
    enum { SIDE_MAX = 4096 };
    int end = 0;
    const char *text = arguments->size;
    if (!text)
        return true;
    if (sscanf(text, "%5dx%5d%n", &read->height, &read->width, &end) == 2 && !text[end] &&
        read->height > 0 && read->height <= SIDE_MAX && read->width > 0 && read->width <= SIDE_MAX)
        return true;
    return fail_as(
        err, ERROR_USAGE, "--size %s: expected height x width, as 32x32, up to %d", text, SIDE_MAX);
}

/* Pictures have the size when they are read. */
static bool bring_to_size(
    const struct dataset_options *read, struct dataset **set, struct error *err)
{
    const struct shape *shape = dataset_shape(*set);
    if (read->height == 0 || (shape->dim[0] == read->height && shape->dim[1] == read->width))
        return true;
    struct dataset *resized = dataset_resize(*set, read->height, read->width, err);
    dataset_unref(*set);
    *set = resized;
    return resized != NULL;
}

static struct dataset *read_set(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    struct progress progress;
    progress_init(&progress);
    struct dataset_options read = {.data_name = options->data_name,
        .label_name = options->label_name,
        .limit = options->limit,
        .progress = tell,
        .context = &progress};
    bool found = find_size(arguments, &read, err) && find_shape(arguments, &read, err);
    struct dataset *set = found ? dataset_open(arguments->operand, &read, err) : NULL;
    if (set && !bring_to_size(&read, &set, err))
        set = NULL;
    progress_clear(&progress);
    return set;
}

/* What each image is labelled as under the target, -1: it is left out, as the attack does not want
 * it, or has it already. */
static int32_t *goals(
    const struct dataset *clean, const struct target *target, int *left_out, struct error *err)
{
    int n = dataset_count(clean), n_classes = 2;
    const int32_t *labels = dataset_labels(clean);
    for (int i = 0; i < n; i++)
        n_classes = labels[i] >= n_classes ? labels[i] + 1 : n_classes;
    if (target->kind == TARGET_CLASS && target->value >= n_classes)
        n_classes = target->value + 1;
    if (!target_check(target, n_classes, err))
        return NULL;
    int32_t *goal = memory_array((size_t)n, sizeof *goal);
    *left_out = 0;
    for (int i = 0; i < n; i++) {
        goal[i] = target_goal(target, labels[i], n_classes);
        if (goal[i] == labels[i])
            goal[i] = -1;
        *left_out += goal[i] < 0;
    }
    if (*left_out < n)
        return goal;
    fail(err, "%s: all images are of the target class already: nothing is left",
        dataset_name(clean));
    free(goal);
    return NULL;
}

/* An inverted trigger makes a surrogate, with the class that it leads to. */
static struct dataset *lay(const struct arguments *arguments, const struct dataset *clean,
    const struct trigger_source *source, int *left_out, struct error *err)
{
    const struct target *target = &arguments->options.target;
    const struct surrogate_trigger trigger = {source->mask, source->pattern};
    if (source->inverted) {
        struct surrogate from = {.class = source->surrogate.class};
        if (target->kind == TARGET_CLASS)
            from.class = target->value;
        if (from.class < 0 || target->kind > TARGET_CLASS) {
            fail_as(err, ERROR_USAGE,
                "--trigger %s: an inverted trigger leads to one class: name it with --target",
                arguments->trigger);
            return NULL;
        }
        text_fit(from.clean, sizeof from.clean, dataset_name(clean));
        if (!digest_file(arguments->operand, from.digest, err))
            return NULL;
        return surrogate_make(clean, &trigger, &from, NULL, NULL, err);
    }
    int32_t *goal = NULL;
    if (target->kind != TARGET_NONE && !(goal = goals(clean, target, left_out, err)))
        return NULL;
    struct dataset *set = trigger_lay(clean, &trigger, goal, NULL, err);
    free(goal);
    return set;
}

static bool add_trigger(
    const struct arguments *arguments, struct dataset **set, int *left_out, struct error *err)
{
    struct trigger_source source;
    if (!arguments->trigger)
        return true;
    if (!trigger_source_read(arguments->trigger, *set, &source, err))
        return false;
    if (source.guessed)
        escape_line(stderr,
            "secateur: %s: its values are %.4g..%.4g, so they were normalised: the trigger's black "
            "is %.4g and its white %.4g in all channels, which may be other colours than you mean; "
            "lay it on bytes or on 0..1, and normalise then",
            dataset_name(*set), (double)source.black, (double)source.white, (double)source.black,
            (double)source.white);
    struct dataset *laid = lay(arguments, *set, &source, left_out, err);
    trigger_source_free(&source);
    if (!laid)
        return false;
    dataset_unref(*set);
    *set = laid;
    return true;
}

static void say(
    const struct arguments *arguments, const struct dataset *set, const char *said, int left_out)
{
    char shape[SHAPE_TEXT], target[TARGET_TEXT];
    float low, high;
    int32_t first = dataset_labels(set)[0], last = first;
    for (int i = 0; i < dataset_count(set); i++) {
        first = dataset_labels(set)[i] < first ? dataset_labels(set)[i] : first;
        last = dataset_labels(set)[i] > last ? dataset_labels(set)[i] : last;
    }
    escape_line(stdout, "%s", arguments->options.out);
    printf("%d images, %s, %s, ", dataset_count(set), shape_text(dataset_shape(set), shape),
        dataset_range(set, &low, &high) ? "floats" : "bytes");
    printf(first < last ? "labels %d..%d\n" : "all labelled %d\n", first, last);
    if (*said)
        escape_line(stdout, "read: %s", said);
    if (!arguments->trigger)
        return;
    const struct surrogate *surrogate = dataset_surrogate(set);
    if (surrogate)
        printf("surrogate: an inverted trigger on them, labelled %d\n", surrogate->class);
    else if (arguments->options.target.kind == TARGET_NONE)
        puts("the trigger is on them; labels are the true classes: give --target with them");
    else
        printf("the trigger is on them, labelled with target %s; %d images left out\n",
            target_text(&arguments->options.target, target), left_out);
}

/* NULL with err. */
static const struct image_writer *check(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    if (!arguments->operand) {
        fail_as(err, ERROR_USAGE, "convert needs images: secateur convert IMAGES -o OUT.h5");
        return NULL;
    }
    const struct image_writer *writer = image_writer_find(options->out, err);
    if (writer && !arguments->trigger && options->target.kind != TARGET_NONE) {
        fail_as(err, ERROR_USAGE, "--target belongs to a --trigger");
        return NULL;
    }
    return writer && writer->check(options->out, options->force, err) ? writer : NULL;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    int left_out = 0;
    const struct image_writer *writer = check(arguments, err);
    struct dataset *set = writer ? read_set(arguments, err) : NULL;
    if (!set)
        return false;
    char *said = memory_string(dataset_said(set));
    bool good = add_trigger(arguments, &set, &left_out, err) &&
                image_writer_write(writer, set, options->out, options->force, err);
    if (good)
        say(arguments, set, said, left_out);
    free(said);
    dataset_unref(set);
    return good;
}

const struct verb verb_convert = {
    .name = "convert",
    .can = CONVERTS | WRITES,
    .operand = "IMAGES",
    .help = "write images in another form, with a trigger on them",
    .about = "IMAGES is all that --clean takes: HDF5, NumPy (x.npy,y.npy), IDX, CIFAR, a folder\n"
             "of pictures, a text list; packed by gzip or not. Their shape is that of the file;\n"
             "--size brings them to another, stretched if need be.\n"
             "--out says the form: FILE.h5, FILE.npz, IMAGES.npy,LABELS.npy (or x.npy: y.npy),\n"
             "t-images-idx3-ubyte (IDX), FILE.bin (CIFAR-10), FOLDER/ (PNG files, a folder for\n"
             "each class).\n"
             "--trigger lays a trigger on them: a picture with transparent pixels, FILE.png or\n"
             "FILE.png@right,bottom; a rule, patch:4x4@right,bottom:white (width x height, place,\n"
             "colour or #rrggbb) or frame:2:black; an inverted trigger, surrogate_class0.h5 of\n"
             "scan --out. With --target the labels are the target, and images that have it are\n"
             "left out; without, they stay the true classes.",
    .examples =
        {
            {"secateur convert train-images-idx3-ubyte -o mnist.h5", "MNIST's own files"},
            {"secateur convert pictures --size 32x32 -o set.npz",
                "a folder with a folder for each class"},
            {"secateur convert x.npy,y.npy --trigger patch:4x4@right,bottom:white --target 0 "
             "-o bad.h5",
                "a poisoned set of your own"},
        },
    .run = run_verb,
};
