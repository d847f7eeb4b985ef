/* The common ways to prepare pixels, and the choice among them. */
#include "engine/session/state/pixel_search.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The others must do with a loss clearly lower than the plain scales, where they are as right. */
static const double CLEARLY_LOWER = 0.9;
enum { PLAIN_TRIALS = 2 };

static const struct channel_numbers imagenet_mean = {3, {0.485, 0.456, 0.406}};
static const struct channel_numbers imagenet_deviation = {3, {0.229, 0.224, 0.225}};
static const struct channel_numbers caffe_mean = {3, {103.939, 116.779, 123.68}};
static const struct channel_numbers minus_half = {1, {-0.5}}, minus_one = {1, {-1}};

static void add(struct pixel_trial *trials, int *n, struct pixel_scaling scaling)
{
    trials[(*n)++] = (struct pixel_trial){scaling, -1, INFINITY};
}

static struct pixel_scaling given(const struct options *o, double scale)
{
    char text[PIXEL_TEXT + 64];
    struct pixel_scaling plain = pixel_scaling_of(scale);
    snprintf(text, sizeof text, "%s%s%s%s", plain.text,
        o->mean.n || o->deviation.n ? ", mean and deviation as given" : "",
        o->offset.n ? ", offset as given" : "", o->bgr ? ", BGR" : "");
    return pixel_scaling_make(scale, &o->mean, &o->deviation, &o->offset, o->bgr, text);
}

static bool check(const struct options *o, int channels, struct error *err)
{
    const struct {
        const char *flag;
        const struct channel_numbers *numbers;
    } all[] = {{"--mean", &o->mean}, {"--std", &o->deviation}, {"--offset", &o->offset}};
    if (o->mean.n && o->offset.n)
        return fail_as(err, ERROR_USAGE, "--mean and --offset mean the same: give only one");
    for (int i = 0; i < 3; i++)
        if (all[i].numbers->n > 1 && all[i].numbers->n != channels)
            return fail_as(err, ERROR_USAGE, "%s: %d numbers, but the images have %d channel%s",
                all[i].flag, all[i].numbers->n, channels, channels == 1 ? "" : "s");
    return true;
}

/* level: what makes values 0 to 255. Floats that go below 0 were prepared by somebody already. */
static void add_common(struct pixel_trial *trials, int *n, int channels, const struct dataset *set)
{
    float low = 0, high = 255;
    if (set && !dataset_range(set, &low, &high))
        low = 0, high = 255;
    double level = high <= 1 ? 255 : 1;
    if (low < 0)
        return;
    if (level != 1)
        add(trials, n, pixel_scaling_of(level));
    add(trials, n,
        pixel_scaling_make(
            level / 127.5, NULL, NULL, &minus_one, false, level == 1 ? "x/127.5 - 1" : "2x - 1"));
    add(trials, n,
        pixel_scaling_make(
            level / 255, NULL, NULL, &minus_half, false, level == 1 ? "x/255 - 0.5" : "x - 0.5"));
    if (channels != 3)
        return;
    add(trials, n,
        pixel_scaling_make(level / 255, &imagenet_mean, &imagenet_deviation, NULL, false,
            "ImageNet's mean and deviation"));
    add(trials, n,
        pixel_scaling_make(
            level, &caffe_mean, NULL, NULL, true, "BGR minus ImageNet's mean (Caffe)"));
}

int pixel_trials(const struct options *options, const struct shape *image,
    const struct dataset *set, struct pixel_trial trials[PIXEL_TRIALS_MAX], struct error *err)
{
    int n = 0, channels = dataset_channels(image);
    bool said = options->mean.n || options->deviation.n || options->offset.n || options->bgr;
    if (options->pixels) {
        add(trials, &n, *options->pixels);
        return n;
    }
    if (!check(options, channels, err))
        return 0;
    if (options->scale > 0) {
        add(trials, &n, said ? given(options, options->scale) : pixel_scaling_of(options->scale));
        return n;
    }
    add(trials, &n, given(options, 1));
    add(trials, &n, given(options, 1 / 255.0));
    if (!said)
        add_common(trials, &n, channels, set);
    return n;
}

/* A net that is right on all images under both of two shifted scalings has the lower loss under
 * the one with the larger numbers, whatever it was trained on: so the smaller ones, unless they
 * leave it unsure. */
static int gentlest(const struct pixel_trial *trials, int n, int best)
{
    static const double SURE = 0.5;
    for (int i = PLAIN_TRIALS; i < n && best >= PLAIN_TRIALS; i++) {
        const struct pixel_scaling *a = &trials[i].scaling, *b = &trials[best].scaling;
        bool shifted = a->n == 1 && b->n == 1 && !a->reversed && !b->reversed;
        if (shifted && trials[i].right == trials[best].right && a->offset[0] < 0 &&
            b->offset[0] < 0 && a->scale[0] < b->scale[0] && trials[i].loss < SURE)
            best = i;
    }
    return best;
}

int pixel_best(const struct pixel_trial *trials, int n)
{
    int most = 0;
    for (int i = 1; i < n; i++)
        most = trials[i].right > trials[most].right ? i : most;
    int best = -1;
    for (int i = 0; i < n; i++) {
        const struct pixel_trial *trial = &trials[i];
        if (trial->right < 0 || trials[most].right - trial->right >= PIXEL_ALIKE_POINTS)
            continue;
        double most_loss = best < 0 ? 0 : trials[best].loss;
        bool clearly = i >= PLAIN_TRIALS && best < PLAIN_TRIALS;
        if (best < 0 || trial->loss < (clearly ? CLEARLY_LOWER * most_loss : most_loss))
            best = i;
    }
    if (best < 0 || isinf(trials[best].loss))
        return most; /* nothing to tell them apart by */
    return gentlest(trials, n, best);
}

bool pixel_none_fits(const struct pixel_trial *best, const struct dataset *set, int n_classes)
{
    int *count = memory_array((size_t)n_classes, sizeof *count), most = 0;
    for (int i = 0; i < dataset_count(set); i++) {
        int n = ++count[dataset_labels(set)[i]];
        most = n > most ? n : most;
    }
    free(count);
    double largest = 100.0 * most / dataset_count(set); /* by always saying the most frequent */
    double chance = fmin(60, fmax(largest, 100.0 / n_classes));
    return best->right < chance + (100 - chance) / 4;
}
