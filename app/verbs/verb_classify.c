/* Classes of single pictures, by GoodNet or a detector. */
#include "app/options/verb.h"

#include "app/opening/listing.h"
#include "app/results/results.h"
#include "app/terminal/signals.h"
#include "app/terminal/standard_streams.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/session/state/classifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_text(const struct arguments *arguments, const char *path,
    const struct classified *result, double threshold)
{
    escape_terminal(stdout, path);
    if (result->err.class != ERROR_NONE) {
        puts(": cannot be read");
        return;
    }
    if (result->flagged)
        printf(": N+1 backdoor (B says %d", result->class);
    else
        printf(": %d (B says %d", result->class, result->class);
    if (result->repaired >= 0)
        printf(", B' says %d", result->repaired);
    if (arguments->detector)
        printf(", %s %.5g, threshold %.5g", arguments->detector, result->score, threshold);
    puts(")");
}

static void print_csv(const struct arguments *arguments, const char *path,
    const struct classified *result, double threshold)
{
    escape_csv(stdout, path);
    if (result->err.class != ERROR_NONE) {
        puts(",,,,,,");
        return;
    }
    printf(",%d,", result->flagged);
    if (!result->flagged)
        printf("%d", result->class);
    printf(",%d,", result->class);
    if (result->repaired >= 0)
        printf("%d", result->repaired);
    if (arguments->detector)
        printf(",%.17g,%.17g\n", result->score, threshold);
    else
        puts(",,");
}

static void print(const struct arguments *arguments, struct classifier *classifier,
    const char *const *paths, int n, const struct classified *results)
{
    double threshold = classifier_threshold(classifier);
    if (strcmp(arguments->format, "json") == 0) {
        results_classified_json(stdout, arguments->detector, threshold,
            classifier_scaling(classifier), classifier_classes(classifier), paths, n, results);
        return;
    }
    bool csv = strcmp(arguments->format, "csv") == 0;
    if (csv)
        puts("file,backdoor,class,b,repaired,score,threshold");
    for (int i = 0; i < n; i++)
        (csv ? print_csv : print_text)(arguments, paths[i], &results[i], threshold);
}

/* What was taken otherwise than a viewer shows it; each bad picture by name, with its reason. */
static bool check(
    const char *const *paths, const struct classified *results, int n, struct error *err)
{
    int bad = 0;
    for (int i = 0; i < n; i++) {
        if (results[i].turned)
            escape_line(stderr, "%s: EXIF wants it turned; it is taken as stored", paths[i]);
        if (results[i].deep)
            escape_line(stderr, "%s: has 16 bits, of which the upper 8 are taken", paths[i]);
        if (results[i].err.class == ERROR_NONE)
            continue;
        escape_line(stderr, "secateur: %s", results[i].err.text);
        bad++;
    }
    return bad == 0 || fail(err, "%d of %d pictures could not be read", bad, n);
}

/* Without --badnet the demo would be taken in place of a net among the pictures. */
static bool name_net(
    const struct arguments *arguments, const char *const *paths, int n, struct error *err)
{
    for (int i = 0; i < n && !arguments->options.model; i++) {
        enum listing_kind kind = listing_kind_of(paths[i]);
        if (kind == LISTED_NET || kind == LISTED_HDF5)
            return fail_as(err, ERROR_USAGE,
                "%s is no picture: to take it as the net B, write --badnet %s", paths[i], paths[i]);
    }
    return true;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct classifier_options options = {&arguments->options, arguments->detector,
        arguments->trigger, arguments->false_alarms, signals_stop_flag()};
    if (!arguments->operand)
        return fail_as(err, ERROR_USAGE, "classify needs pictures: PNG or JPEG files");
    int n = 1 + arguments->n_more;
    const char **paths = memory_array((size_t)n, sizeof *paths);
    struct classified *results = memory_array((size_t)n, sizeof *results);
    paths[0] = arguments->operand;
    for (int i = 1; i < n; i++)
        paths[i] = arguments->more[i - 1];
    struct classifier *classifier =
        name_net(arguments, paths, n, err) ? classifier_create(&options, err) : NULL;
    bool good = classifier && classifier_run(classifier, paths, n, results, err);
    if (classifier && classifier_shortage(classifier))
        escape_line(stderr, "secateur: %s", classifier_shortage(classifier));
    if (classifier && classifier_warning(classifier))
        escape_line(stderr, "secateur: %s", classifier_warning(classifier));
    if (good) {
        print(arguments, classifier, paths, n, results);
        good = standard_streams_flush(err) && check(paths, results, n, err);
    }
    classifier_destroy(classifier);
    free(paths);
    free(results);
    return good;
}

const struct verb verb_classify = {
    .name = "classify",
    .can = READS_NET | READS_IMAGES | COMPUTES | COMPARES_NETS | CLASSIFIES | PRINTS,
    .operand = "IMAGE ...",
    .many = true,
    .help = "classify pictures: a class, or N+1 for backdoor",
    .about =
        "Reads PNG and JPEG pictures of the net's size and prints one line for each: the\n"
        "class that the net B answers, or N+1 (backdoor) if the repaired net B' disagrees, or\n"
        "if the detector's score is above its threshold. Only clean images set that\n"
        "threshold. The detector trigger looks for a --trigger: a picture with transparent\n"
        "pixels, a rule, or the inverted one of scan --out. Labels begin at 0: the N classes are 0 "
        "to N-1, and N+1 has label N.",
    .examples =
        {
            {"secateur classify face.png --badnet net.h5 --clean valid.h5 --repaired fixed.h5",
                "GoodNet; --clean: images as the net was trained on tell how it wants its pixels"},
            {"secateur classify *.png --badnet net.h5 --clean valid.h5 --detector distance",
                "a detector that needs only B"},
        },
    .run = run_verb,
};
