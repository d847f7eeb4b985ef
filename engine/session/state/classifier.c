/* Classifies single pictures with a net, a repaired net and a detector. */
#include "engine/session/state/classifier.h"

#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/defence/detectors/comparison.h"
#include "engine/defence/detectors/detectors.h"
#include "engine/defence/detectors/roc.h"
#include "engine/io/convert/trigger_source.h"
#include "engine/io/images/dataset_alike.h"
#include "engine/io/pictures/picture.h"
#include "engine/io/pictures/picture_notes.h"
#include "engine/session/state/net_open.h"
#include "engine/session/state/pixel_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCALE_IMAGES = 500 };

struct classifier {
    struct classifier_options given;
    struct model *b, *repaired;        /* repaired NULL: none */
    struct thread_pool *pool;          /* made when no child is started any more */
    char *shortage;                    /* what that pool says of its size; NULL: nothing */
    struct dataset *clean, *triggered; /* what a detector learns from; NULL: nothing */
    bool unit;                         /* clean images lie in 0..1: pictures are brought there */
    struct pixel_scaling scaling;      /* of the clean images */
    struct pixel_scaling shown;        /* of pictures */
    double threshold;
    int score; /* of the comparison, that the detector makes; -1: no detector */
};

static bool unknown_detector(const char *name, struct error *err)
{
    char names[256] = "";
    for (int i = 0; detectors_at(i); i++) {
        size_t used = strlen(names);
        const char *between = i == 0 ? "" : detectors_at(i + 1) ? ", " : " or ";
        snprintf(names + used, sizeof names - used, "%s%s", between, detectors_at(i)->name);
    }
    return fail_as(err, ERROR_USAGE, "no detector %s; use %s", name, names);
}

static bool check_options(const struct classifier_options *given, struct error *err)
{
    const struct options *o = given->options;
    const struct detector *detector = given->detector ? detectors_find(given->detector) : NULL;
    if (o->n_repaired > 1)
        return fail_as(err, ERROR_USAGE, "one repaired net at a time: %s, then %s", o->repaired[0],
            o->repaired[1]);
    if (given->detector && !detector)
        return unknown_detector(given->detector, err);
    if (detector && detector->reads & READS_TRIGGER && !given->trigger)
        return fail_as(err, ERROR_USAGE,
            "detector %s needs --trigger: a picture, a rule (patch:4x4@right,bottom:white), or a "
            "surrogate_classN.h5, which scan --out writes",
            detector->name);
    if (o->n_repaired == 0 && (!detector || (detector->reads & READS_REPAIRED)))
        return fail_as(err, ERROR_USAGE,
            "classify needs --repaired FILE, a net to compare B with%s",
            detector ? "" : ", or a --detector that needs only B");
    if (detector && o->model && !o->clean)
        return fail_as(
            err, ERROR_USAGE, "--detector needs --clean: the images that set its threshold");
    return true;
}

static bool open_nets(struct classifier *c, struct error *err)
{
    const struct options *o = c->given.options;
    struct image_size found;
    c->b = o->model ? net_open(o, o->model, &found, err) : demo_model(err);
    if (!c->b)
        return false;
    if (o->n_repaired > 0)
        c->repaired = net_open_beside(o, o->repaired[0], c->b->network, err);
    return o->n_repaired == 0 || (c->repaired && model_fits(c->repaired, c->b, err));
}

static void make_pool(struct classifier *c)
{
    c->pool = thread_pool_create(c->given.options->threads);
    free(c->shortage);
    c->shortage = memory_string(thread_pool_shortage(c->pool));
}

static struct comparison *compare(struct classifier *c, const struct pixel_scaling *scaling)
{
    const struct batch_runner_hooks hooks = {.stop = c->given.stop};
    const struct network *repaired = c->repaired ? c->repaired->network : NULL;
    if (!c->pool)
        make_pool(c);
    return comparison_create(
        c->b->network, c->repaired != NULL, &repaired, c->pool, &hooks, scaling);
}

static bool certifier(struct classifier *c, const struct dataset *set,
    const struct pixel_scaling *scaling, struct comparison **comparison, struct findings *findings,
    struct error *err)
{
    const struct comparison_lesson lesson = {c->clean, c->triggered, c->given.detector, true};
    *comparison = compare(c, scaling);
    if ((!c->clean || comparison_learn(*comparison, &lesson, err)) &&
        comparison_run(*comparison, set, findings, err))
        return true;
    comparison_destroy(*comparison);
    return false;
}

/* Percent of the first clean images that B reads rightly; -1: not finite. */
static bool try_scaling(
    struct classifier *c, const struct dataset *clean, struct pixel_trial *trial, struct error *err)
{
    struct comparison *comparison;
    struct findings findings;
    struct error why = {0};
    int right = 0, n = 0;
    trial->right = -1;
    if (!certifier(c, clean, &trial->scaling, &comparison, &findings, &why)) {
        if (why.class != ERROR_INPUT)
            *err = why;
        return why.class == ERROR_INPUT;
    }
    for (; n < findings.n && n < SCALE_IMAGES; n++)
        right += findings.b[n] == dataset_labels(clean)[n];
    trial->right = 100.0 * right / n;
    findings_finish(&findings, comparison);
    comparison_destroy(comparison);
    return true;
}

/* Without clean images pixels are taken as they are. */
static bool find_scaling(struct classifier *c, const struct dataset *clean, struct error *err)
{
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    const struct options *o = c->given.options;
    const struct network *network = c->b->network;
    int n = pixel_trials(o, &network->layers[network->input].shape, clean, trials, err);
    if (n == 0)
        return false;
    c->scaling = trials[0].scaling;
    if (n == 1)
        return true;
    if (!o->model)
        c->scaling = pixel_scaling_of(demo_scale());
    for (int i = 0; i < n && clean && o->model; i++)
        if (!try_scaling(c, clean, &trials[i], err))
            return false;
    if (clean && o->model)
        c->scaling = trials[pixel_best(trials, n)].scaling;
    return true;
}

static bool set_threshold(struct classifier *c, struct dataset *clean, struct error *err)
{
    struct comparison *comparison;
    struct findings findings;
    int net;
    c->score = -1;
    if (!c->given.detector)
        return true;
    c->clean = dataset_ref(clean);
    if (!certifier(c, clean, &c->scaling, &comparison, &findings, err))
        return false;
    for (int s = 0; s < comparison_n_scores(comparison); s++)
        if (strcmp(comparison_detector(comparison, s, &net)->name, c->given.detector) == 0)
            c->score = s;
    double *scores = c->score >= 0 ? findings.scores[c->score] : NULL;
    if (!scores) {
        findings_finish(&findings, comparison);
        comparison_destroy(comparison);
        return fail(err, "%s: %d images are too few for the detector %s to learn from",
            dataset_name(clean), dataset_count(clean), c->given.detector);
    }
    roc_sort(scores, findings.n);
    c->threshold = roc_threshold(scores, findings.n, c->given.rate);
    findings_finish(&findings, comparison);
    comparison_destroy(comparison);
    return true;
}

static struct dataset *read_set(const struct classifier *c, const char *path, struct error *err)
{
    const struct options *o = c->given.options;
    const struct network *network = c->b->network;
    const struct dataset_options options = {.data_name = o->data_name,
        .label_name = o->label_name,
        .names = {o->clean_names},
        .shape = network->layers[network->input].shape,
        .n_classes = network->n_classes,
        .limit = o->limit};
    return dataset_open(path, &options, err);
}

/* The clean images with the trigger on them, image by image: laid on here, whatever a surrogate's
 * file was made from. */
static bool lay_trigger(struct classifier *c, const struct dataset *clean, struct error *err)
{
    struct trigger_source source;
    if (!c->given.trigger)
        return true;
    if (!trigger_source_read(c->given.trigger, clean, &source, err))
        return false;
    const struct surrogate_trigger trigger = {source.mask, source.pattern};
    c->triggered = trigger_lay(clean, &trigger, NULL, NULL, err);
    trigger_source_free(&source);
    return c->triggered != NULL;
}

/* Pictures are bytes: of clean images in 0..1 it is known how they were made from bytes. */
static bool compare_ranges(struct classifier *c, const struct dataset *clean, struct error *err)
{
    const struct shape pixel = shape_image(1, 1, 2);
    uint8_t *ends = memory_array(2, 1);
    ends[1] = 255;
    c->unit = dataset_is_unit(clean);
    struct dataset *picture =
        dataset_from_bytes("pictures", 1, &pixel, ends, memory_array(1, sizeof(int32_t)));
    bool good = c->unit || dataset_alike(clean, picture, NULL);
    dataset_unref(picture);
    float low, high;
    dataset_range(clean, &low, &high);
    return good ||
           fail(err,
               "%s: its values are %.4g..%.4g, but pictures have 0..255: --clean must be images "
               "with 0..255 or 0..1, as they were before they were prepared",
               dataset_name(clean), (double)low, (double)high);
}

/* What is done to pictures on the whole. */
static void show_scaling(struct classifier *c)
{
    c->shown = c->scaling;
    for (int i = 0; c->unit && i < c->shown.n; i++)
        c->shown.scale[i] /= 255;
}

static bool learn_clean(struct classifier *c, struct error *err)
{
    const struct options *o = c->given.options;
    bool needed = c->given.detector || o->clean;
    struct dataset *clean = NULL;
    if (needed && !o->model) {
        make_pool(c);
        clean = demo_dataset(DEMO_CLEAN, o->limit, c->pool, NULL, NULL, err);
        thread_pool_destroy(c->pool);
        c->pool = NULL;
    } else if (needed) {
        clean = read_set(c, o->clean, err);
    }
    bool good = (clean || !needed) && (!clean || compare_ranges(c, clean, err)) &&
                (!clean || lay_trigger(c, clean, err)) && find_scaling(c, clean, err) &&
                set_threshold(c, clean, err);
    show_scaling(c);
    dataset_unref(clean);
    thread_pool_destroy(c->pool);
    c->pool = NULL;
    return good;
}

struct classifier *classifier_create(const struct classifier_options *options, struct error *err)
{
    struct classifier *c = memory_array(1, sizeof *c);
    c->given = *options;
    if (check_options(options, err) && batched_check(err) && open_nets(c, err) &&
        learn_clean(c, err))
        return c;
    classifier_destroy(c);
    return NULL;
}

void classifier_destroy(struct classifier *c)
{
    if (!c)
        return;
    thread_pool_destroy(c->pool);
    free(c->shortage);
    dataset_unref(c->clean);
    dataset_unref(c->triggered);
    model_destroy(c->b);
    model_destroy(c->repaired);
    free(c);
}

const char *classifier_shortage(const struct classifier *c)
{
    return c->shortage;
}

int classifier_classes(const struct classifier *c)
{
    return c->b->network->n_classes;
}

const struct pixel_scaling *classifier_scaling(const struct classifier *c)
{
    return &c->shown;
}

static bool has_scaling_inside(const struct network *network)
{
    for (int i = 0; i < network->n_layers; i++) {
        const char *name = network->layers[i].class->name;
        if (strcmp(name, "Rescaling") == 0 || strcmp(name, "Normalization") == 0)
            return true;
    }
    return false;
}

const char *classifier_warning(const struct classifier *c)
{
    const struct options *o = c->given.options;
    if (c->unit)
        return "the clean images lie in 0..1, so the pictures' values are divided by 255";
    if (!o->model || o->clean || o->pixels || o->scale > 0 || has_scaling_inside(c->b->network))
        return NULL;
    return "how the net wants its pixels is not known, so the classes may be wrong: pictures were "
           "given to it as 0 to 255; give --clean FILE, images as it was trained on, and the way "
           "is found, or --scale, --mean and --std";
}

double classifier_threshold(const struct classifier *c)
{
    return c->threshold;
}

static void note(
    struct classifier *c, const struct findings *findings, int i, struct classified *result)
{
    result->class = findings->b[i];
    result->repaired = c->repaired ? findings->repaired[0][i] : -1;
    result->flagged = c->repaired && result->repaired != result->class;
    if (c->score < 0)
        return;
    result->score = findings->scores[c->score][i];
    result->flagged = result->flagged || result->score > c->threshold;
}

static bool read_picture(
    const char *path, const struct shape *shape, uint8_t *pixels, struct classified *result)
{
    unsigned notes = 0;
    if (!picture_read_noted(path, shape, pixels, &notes, &result->err))
        return false;
    result->deep = notes & PICTURE_DEEP;
    result->turned = notes & PICTURE_TURNED;
    return true;
}

/* Those that could be read, side by side, in the range of the clean images; NULL with err. */
static struct dataset *read_pictures(const struct classifier *c, const char *const *paths, int n,
    struct classified *results, struct error *err)
{
    const struct shape *shape = &c->b->network->layers[c->b->network->input].shape;
    size_t size = shape_count(shape);
    uint8_t *pixels = memory_array((size_t)n, size);
    int good = 0;
    for (int i = 0; i < n; i++) {
        results[i] = (struct classified){.repaired = -1};
        if (c->given.stop && atomic_load(c->given.stop))
            fail_as(&results[i].err, ERROR_CANCELLED, "cancelled");
        else
            good += read_picture(paths[i], shape, pixels + (size_t)good * size, &results[i]);
    }
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    struct dataset *bytes = dataset_from_bytes("pictures", good, shape, pixels, labels);
    struct dataset *pictures = c->unit ? dataset_to_unit(bytes, err) : dataset_ref(bytes);
    dataset_unref(bytes);
    return pictures;
}

bool classifier_run(struct classifier *c, const char *const *paths, int n,
    struct classified *results, struct error *err)
{
    struct dataset *pictures = read_pictures(c, paths, n, results, err);
    struct comparison *comparison;
    struct findings findings;
    bool good = true;
    if (!pictures)
        return false;
    if (dataset_count(pictures) > 0) {
        good = certifier(c, pictures, &c->scaling, &comparison, &findings, err);
        for (int i = 0, at = 0; i < n && good; i++)
            if (results[i].err.class == ERROR_NONE)
                note(c, &findings, at++, &results[i]);
        if (good) {
            findings_finish(&findings, comparison);
            comparison_destroy(comparison);
        }
    }
    dataset_unref(pictures);
    return good && ((c->given.stop && atomic_load(c->given.stop))
                           ? fail_as(err, ERROR_CANCELLED, "cancelled")
                           : true);
}
