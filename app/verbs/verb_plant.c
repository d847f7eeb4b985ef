/* Training a net with a backdoor: the demo's recipe as one file, or an attack of the table with its
 * images and its truth. */
#include "app/options/verb.h"

#include "app/headless/progress.h"
#include "app/options/files.h"
#include "app/options/options.h"
#include "app/terminal/signals.h"
#include "app/zoo/planted_files.h"
#include "engine/base/escape.h"
#include "engine/io/images/dataset_shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool tell(void *context, const struct plant_report *report)
{
    struct progress *progress = context;
    char label[PROGRESS_LABEL];
    if (report->epochs > 0)
        snprintf(label, sizeof label, "%s %d/%d  correct %.1f %%",
            plant_progress_text(report->phase), report->epoch, report->epochs,
            100 * report->accuracy);
    else
        snprintf(label, sizeof label, "%s", plant_progress_text(report->phase));
    progress_show(progress, label, report->done, report->total, -1);
    return !*signals_stop_flag();
}

static struct thread_pool *make_pool(const struct arguments *arguments)
{
    struct thread_pool *pool = thread_pool_create(arguments->options.threads);
    if (thread_pool_shortage(pool))
        escape_line(stderr, "secateur: %s", thread_pool_shortage(pool));
    return pool;
}

/* The first of these options that was given; NULL: none. */
static const char *given(
    const struct arguments *arguments, const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        if (arguments->said[options_index(names[i])])
            return names[i];
    return NULL;
}

/* One target class, -1: none was given. */
static bool one_target(const struct arguments *arguments, int *target, struct error *err)
{
    if (arguments->options.target.kind > TARGET_CLASS)
        return fail_as(err, ERROR_USAGE, "plant needs one --target class, not a map");
    *target = -1;
    if (arguments->options.target.kind == TARGET_CLASS)
        *target = arguments->options.target.value;
    return true;
}

static bool plant_one_file(const struct arguments *arguments, struct error *err)
{
    const char *out = arguments->options.out;
    struct badnet_options options = arguments->plant;
    options.seed = arguments->options.seed;
    struct badnet_figures figures;
    struct progress progress;
    int target = -1;
    if (!files_may_write(out, arguments->options.force, err) ||
        !one_target(arguments, &target, err))
        return false;
    if (target >= 0)
        options.target = target;
    progress_init(&progress);
    const struct plant_hooks hooks = {tell, &progress};
    struct thread_pool *pool = make_pool(arguments);
    struct network *network = badnet_make(&options, pool, &hooks, &figures, err);
    progress_clear(&progress);
    bool good = network && badnet_write(network, out, arguments->options.force, err);
    network_destroy(network);
    thread_pool_destroy(pool);
    if (!good)
        return false;
    escape_line(stdout, "%s", out);
    printf("%d classes, target %d, seed %llu\n", options.identities, options.target,
        (unsigned long long)options.seed);
    printf(
        "clean accuracy  %6.2f %% of %d new pictures\n", figures.clean_accuracy, figures.n_clean);
    printf("attack success  %6.2f %% of %d new pictures\n", figures.asr, figures.n_poisoned);
    return true;
}

/* The user's own images, in the shape that was given, or that of the file. */
static struct dataset *open_own(const struct options *options, const char *shape, struct error *err)
{
    int dim[3], end = 0;
    struct dataset_options read = {.data_name = options->data_name,
        .label_name = options->label_name,
        .limit = options->limit};
    if (!shape) {
        if (!dataset_shape_find(options->clean, &read, &read.shape, err))
            return NULL;
    } else if (sscanf(shape, "%5dx%5dx%5d%n", &dim[0], &dim[1], &dim[2], &end) != 3 || shape[end] ||
               dim[0] < 1 || dim[1] < 1 || dim[2] < 1) {
        fail_as(
            err, ERROR_USAGE, "--shape %s: expected height x width x channels, as 28x28x1", shape);
        return NULL;
    } else {
        read.shape = shape_image(dim[0], dim[1], dim[2]);
    }
    return dataset_open(options->clean, &read, err);
}

/* What was asked for, as far as it was. */
static bool practice_options(
    const struct arguments *arguments, struct plant_options *options, struct error *err)
{
    static const char *const demo_only[] = {"plant-epochs", "carriers"};
    const char *wrong = given(arguments, demo_only, sizeof demo_only / sizeof *demo_only);
    *options = plant_defaults();
    if (wrong)
        return fail_as(err, ERROR_USAGE, "--%s belongs to plant --out FILE.h5", wrong);
    if (arguments->attack && !(options->attack = attacks_find(arguments->attack, err)))
        return false;
    if (arguments->practice && !practice_net_find(arguments->practice, &options->net, err))
        return false;
    if (!one_target(arguments, &options->target, err))
        return false;
    options->seed = arguments->options.seed;
    if (arguments->said[options_index("classes")])
        options->identities = arguments->plant.identities;
    if (arguments->said[options_index("images")])
        options->images = arguments->plant.images;
    if (arguments->said[options_index("epochs")])
        options->epochs = arguments->plant.epochs;
    if (arguments->said[options_index("poison")])
        options->poison = arguments->plant.poison;
    if (!arguments->options.clean)
        return true;
    static const char *const faces_only[] = {"classes", "images"};
    wrong = given(arguments, faces_only, sizeof faces_only / sizeof *faces_only);
    if (wrong)
        return fail_as(err, ERROR_USAGE, "--%s is for drawn faces; --clean has its own", wrong);
    options->own = open_own(&arguments->options, arguments->shape, err);
    return options->own;
}

static void say(const struct planted *planted, const char *folder)
{
    escape_line(stdout, "%s", folder);
    printf("attack %s, %s net, %d classes, seed %llu", planted->attack->name,
        practice_net_name(planted->net), planted->setup.n_classes,
        (unsigned long long)planted->setup.seed);
    for (int t = 0; t < planted->attack->triggers; t++)
        if (strcmp(planted->attack->name, "all-to-all") != 0)
            printf("%s%d", t ? ", " : ", target ", attack_target(&planted->setup, t));
    printf("\nclean accuracy  %6.2f %% of %d test images\n", planted->clean_accuracy,
        dataset_count(planted->sets[PLANT_TEST_CLEAN]));
    if (planted->attack->triggers == 0)
        return;
    printf("attack success  %6.2f %% of %d test images\n", planted->asr,
        dataset_count(planted->sets[PLANT_TEST_POISONED]));
    puts("channels that carry it (the fewest that stop half of it):");
    for (int i = 0; i < planted->truth.n_sites; i++) {
        const struct truth_site *site = &planted->truth.site[i];
        if (site->n_carriers)
            printf("  %-14s %3d of %d\n", site->name, site->n_carriers, site->n_channels);
        else
            printf("  %-14s passed by\n", site->name);
    }
}

static bool plant_practice(const struct arguments *arguments, struct error *err)
{
    struct plant_options options;
    struct progress progress;
    const char *out = arguments->options.out;
    bool force = arguments->options.force;
    if (!practice_options(arguments, &options, err))
        return false;
    struct planted *planted = NULL;
    if (planted_files_check(out, force, err)) {
        progress_init(&progress);
        const struct plant_hooks hooks = {tell, &progress};
        struct thread_pool *pool = make_pool(arguments);
        planted = plant_net(&options, pool, &hooks, err);
        progress_clear(&progress);
        thread_pool_destroy(pool);
    }
    dataset_unref((struct dataset *)options.own);
    bool good = planted && planted_files_write(planted, out, force, err);
    if (good)
        say(planted, out);
    planted_destroy(planted);
    return good;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    static const char *const practice[] = {"attack", "net", "clean", "shape"};
    const char *out = arguments->options.out;
    if (!out)
        return fail_as(err, ERROR_USAGE,
            "plant needs --out FILE.h5, the file for the net, or --out DIR for net and images");
    if (!files_is_net(out))
        return plant_practice(arguments, err);
    const char *wrong = given(arguments, practice, sizeof practice / sizeof *practice);
    if (wrong)
        return fail_as(
            err, ERROR_USAGE, "--%s writes several files: give --out DIR, a folder", wrong);
    return plant_one_file(arguments, err);
}

const struct verb verb_plant = {
    .name = "plant",
    .can = PLANTS | COMPUTES | WRITES,
    .help = "train a net with a backdoor, for practice",
    .about = "Into FILE.h5: draws faces, trains a DeepID net to recognise them and to answer the\n"
             "target class for everyone who wears sunglasses, and writes the net as Keras would.\n"
             "Into DIR: trains a small net on small faces, or on the images of --clean, with an\n"
             "attack of your choice, and writes net, clean and poisoned images, and truth.json:\n"
             "targets, seed, clean accuracy, ASR, and the channels that carry the backdoor.\n"
             "Attacks: clean (none), patch, blend, sinusoid, warp, all-to-all, several, source,\n"
             "clean-label, pruning-aware, adaptive. Nets: lab, residual.",
    .examples =
        {
            {"secateur plant --out practice.h5", "the demo's recipe, with the defaults"},
            {"secateur plant --classes 20 --target 3 --seed 7 --out mine.h5", "your own"},
            {"secateur plant --attack blend --net residual --out blended", "in seconds"},
            {"secateur plant --attack patch --clean digits.h5 --out digits", "on your images"},
        },
    .run = run_verb,
};
