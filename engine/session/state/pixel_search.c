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
    trials[(*n)++] = (struct pixel_trial){.scaling = scaling, .right = -1, .loss = INFINITY};
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

/* Images in -1..1 were often written so, whatever the net was trained on. */
static void add_undone(struct pixel_trial *trials, int *n, int channels, float low, float high)
{
    static const struct channel_numbers half = {1, {0.5}}, middle = {1, {127.5}};
    struct channel_numbers mean = imagenet_mean;
    if (low < -1 || high > 1)
        return;
    int first = *n;
    add(trials, n, pixel_scaling_make(0.5, NULL, NULL, &half, false, "x/2 + 0.5"));
    add(trials, n, pixel_scaling_make(127.5, NULL, NULL, &middle, false, "127.5x + 127.5"));
    for (int c = 0; c < mean.n; c++)
        mean.at[c] -= 0.5;
    if (channels == 3)
        add(trials, n,
            pixel_scaling_make(0.5, &mean, &imagenet_deviation, NULL, false,
                "x/2 + 0.5, then ImageNet's mean and deviation"));
    for (int i = first; i < *n; i++)
        trials[i].undoes = true;
}

/* Images whose channels lie the other way round than the net's, or a net that was trained on BGR:
 * its mean and deviation are then in its own order. */
static void add_reversed(struct pixel_trial *trials, int *n, double level)
{
    static const struct channel_numbers mean = {3, {0.406, 0.456, 0.485}};
    static const struct channel_numbers deviation = {3, {0.225, 0.224, 0.229}};
    add(trials, n,
        pixel_scaling_make(level / 255, &imagenet_mean, &imagenet_deviation, NULL, true,
            "ImageNet's mean and deviation, channels reversed"));
    add(trials, n,
        pixel_scaling_make(
            level / 255, &mean, &deviation, NULL, true, "ImageNet's mean and deviation in BGR"));
}

/* level: what makes values 0 to 255. Floats that go below 0 were prepared by somebody already. */
static void add_common(
    struct pixel_trial *trials, int *n, int channels, const struct dataset *set, bool reversed)
{
    float low = 0, high = 255;
    if (set && !dataset_range(set, &low, &high))
        low = 0, high = 255;
    double level = high <= 1 ? 255 : 1;
    if (low < 0 && !reversed)
        add_undone(trials, n, channels, low, high);
    if (low >= 0 && reversed && channels == 3)
        add_reversed(trials, n, level);
    if (low < 0 || reversed)
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
    bool numbers = options->mean.n || options->deviation.n || options->offset.n;
    bool said = numbers || options->bgr;
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
    if (!numbers)
        add_common(trials, &n, channels, set, options->bgr);
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

/* Of those that undo nothing, and the others; 0 where nothing is known. */
static double most_right(const struct pixel_trial *trials, int n, bool undoes)
{
    double most = 0;
    for (int i = 0; i < n; i++)
        if (trials[i].undoes == undoes)
            most = fmax(most, trials[i].right);
    return most;
}

int pixel_best(const struct pixel_trial *trials, int n)
{
    int most = 0, all = n;
    while (n > 1 && trials[n - 1].undoes) /* they are last */
        n--;
    if (most_right(trials, all, true) >= most_right(trials, n, false) + PIXEL_UNDO_POINTS)
        n = all;
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
