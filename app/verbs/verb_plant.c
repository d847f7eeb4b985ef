/* Training a net with a backdoor. */
#include "app/options/verb.h"

#include "app/terminal/signals.h"
#include "app/options/files.h"
#include "app/headless/progress.h"
#include "engine/base/escape.h"

#include <stdio.h>

static bool tell(void *context, const struct badnet_report *report)
{
    struct progress *progress = context;
    char label[PROGRESS_LABEL];
    if (report->epochs > 0)
        snprintf(label, sizeof label, "%s %d/%d  correct %.1f %%", badnet_phase_text(report->phase),
            report->epoch, report->epochs, 100 * report->accuracy);
    else
        snprintf(label, sizeof label, "%s", badnet_phase_text(report->phase));
    progress_show(progress, label, report->done, report->total, -1);
    return !*signals_stop_flag();
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const char *out = arguments->options.out;
    struct badnet_options options = arguments->plant;
    struct badnet_figures figures;
    struct progress progress;
    if (!out || !files_is_net(out))
        return fail_as(err, ERROR_USAGE, "plant needs --out FILE.h5, the file for the net");
    if (!files_may_write(out, arguments->options.force, err))
        return false;
    if (arguments->options.target.kind > TARGET_CLASS)
        return fail_as(err, ERROR_USAGE, "plant needs one --target class, not a map");
    if (arguments->options.target.kind == TARGET_CLASS)
        options.target = arguments->options.target.value;
    progress_init(&progress);
    const struct badnet_hooks hooks = {tell, &progress};
    struct thread_pool *pool = thread_pool_create(arguments->options.threads);
    if (thread_pool_shortage(pool))
        escape_line(stderr, "secateur: %s", thread_pool_shortage(pool));
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

const struct verb verb_plant = {
    .name = "plant",
    .can = PLANTS | COMPUTES | WRITES,
    .help = "train a net with a backdoor, for practice",
    .about =
        "Draws faces, trains a DeepID net to recognise them and to answer the target class for\n"
        "everyone who wears sunglasses, and writes the net as Keras would.",
    .examples =
        {
            {"secateur plant --out practice.h5", "with the defaults"},
            {"secateur plant --classes 20 --target 3 --seed 7 --out mine.h5", "your own"},
        },
    .run = run_verb,
};
