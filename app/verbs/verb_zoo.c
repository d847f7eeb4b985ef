/* Nets with every kind of attack, and how the scan does on them. */
#include "app/options/verb.h"

#include "app/options/options.h"
#include "app/terminal/signals.h"
#include "app/zoo/zoo.h"

#include <stdio.h>
#include <string.h>

static void print_text(const struct zoo *zoo)
{
    const struct zoo_counts counts = zoo_count(zoo);
    table_text_head(stdout, &table_zoo, NULL);
    for (int i = 0; i < zoo->n; i++)
        table_text_row(stdout, &table_zoo, zoo, i);
    puts(
        "\nrank: of the target in the scan's list; mask: by the size of its inverted mask; AUC: of "
        "the\nbest criterion without poisoned images, how far carriers come first. failed: ASR "
        "below 50 %\n");
    table_text_head(stdout, &table_localisation, NULL);
    for (int i = 0; i < zoo->n_criteria; i++)
        table_text_row(stdout, &table_localisation, zoo, i);
    printf("\ntargets found in %d of %d attacks that work; false alarms on %d of %d clean nets\n",
        counts.found, counts.attacks, counts.alarms, counts.clean);
}

static void print_csv(FILE *out, const struct results_table *table, const struct zoo *zoo, int n)
{
    table_csv_head(out, table, IN_CSV, NULL);
    for (int i = 0; i < n; i++)
        table_csv_row(out, table, zoo, i, IN_CSV);
}

static void print(const char *format, const struct zoo *zoo)
{
    if (strcmp(format, "csv") == 0)
        print_csv(stdout, &table_zoo, zoo, zoo->n);
    else if (strcmp(format, "json") == 0)
        zoo_print_json(stdout, zoo);
    else
        print_text(zoo);
}

static bool given(const struct arguments *arguments, const char *name)
{
    return arguments->said[options_index(name)];
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct zoo zoo;
    enum practice_net net = PRACTICE_LAB;
    struct zoo_options options = {.folder = arguments->options.out,
        .attacks = arguments->attacks,
        .nets = (1 << N_PRACTICE_NETS) - 1,
        .seeds = arguments->seeds,
        .identities = given(arguments, "classes") ? arguments->plant.identities : 0,
        .images = given(arguments, "images") ? arguments->plant.images : 0,
        .epochs = given(arguments, "epochs") ? arguments->plant.epochs : 0,
        .threads = arguments->options.threads,
        .force = arguments->options.force,
        .stop = signals_stop_flag()};
    if (!options.folder)
        return fail_as(err, ERROR_USAGE, "zoo needs --out DIR, the folder for the nets");
    if (options.seeds < 1 || options.seeds > 1000)
        return fail_as(err, ERROR_USAGE, "%d seeds, expected 1 to 1000", options.seeds);
    if (arguments->practice && !practice_net_find(arguments->practice, &net, err))
        return false;
    if (arguments->practice)
        options.nets = 1 << net;
    bool good = zoo_run(&options, &zoo, err);
    if (zoo.n > 0)
        print(arguments->format, &zoo);
    zoo_finish(&zoo);
    return good;
}

const struct verb verb_zoo = {
    .name = "zoo",
    .can = GROWS_ZOO | COMPUTES | WRITES | PRINTS,
    .help = "plant every kind of attack, and see what the scan makes of it",
    .about =
        "Plants every attack of the table (secateur plant --help) in both small nets, for each\n"
        "seed, into DIR/ATTACK-NET-SEED, scans each net with its clean images, and prints a row\n"
        "for each: clean accuracy, ASR, rank of the target, verdict, and how well criteria\n"
        "point at the channels that carry the backdoor. Minutes on two cores.",
    .examples =
        {
            {"secateur zoo --out zoo", "all attacks, both nets, three seeds"},
            {"secateur zoo --attacks clean,patch --seeds 1 --out small --format csv", "some"},
        },
    .run = run_verb,
};
