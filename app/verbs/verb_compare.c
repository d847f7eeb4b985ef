/* Criteria side by side: each prunes the layer to its end. */
#include "app/options/verb.h"

#include "app/headless/headless.h"
#include "app/report/provenance.h"
#include "app/report/tables.h"
#include "app/results/results.h"
#include "engine/api/criteria_comparison.h"
#include "engine/base/escape.h"
#include "views/cells/view_state.h"
#include "views/figures/exports.h"

#include <stdio.h>
#include <string.h>

/* Tables, and the curves with their numbers. */
static bool write_all(const struct export_request *request, struct error *err)
{
    static const char *const tables[] = {"table-comparison", "table-correlation"};
    static const char *const stems[] = {"table_comparison", "table_correlation"};
    struct export_request one = *request;
    char path[EXPORT_PATH];
    for (int i = 0; i < 2; i++) {
        one.stem = stems[i];
        if (!tables_write(tables_find(tables[i]), &one, path, err))
            return false;
        escape_line(stderr, "wrote %s", path);
    }
    if (one.snapshot->compared->of.attack <= 0)
        return true; /* nothing to draw against */
    one.stem = "comparison";
    if (!exports_write(exports_find("comparison"), &one, path, err))
        return false;
    escape_line(stderr, "wrote %s", path);
    return true;
}

static bool keep(const struct arguments *arguments, const struct snapshot *s, struct error *err)
{
    const struct view_state view_state = {.viewed = -1};
    struct provenance *provenance = provenance_create(arguments, err);
    if (!provenance)
        return false;
    struct export_request request = {.snapshot = s,
        .view_state = &view_state,
        .folder = arguments->options.out,
        .formats = arguments->figure_formats,
        .size = arguments->figure_size,
        .style = arguments->figure_style,
        .version = SECATEUR_VERSION,
        .force = arguments->options.force};
    provenance_tell(provenance, &request);
    bool good = write_all(&request, err);
    provenance_destroy(provenance);
    return good;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct command compare = {
        .kind = COMMAND_COMPARE, .number = arguments->all_layers, .value = arguments->outliers};
    const char *names = arguments->criteria ? arguments->criteria : "";
    if (strlen(names) >= sizeof compare.text)
        return fail_as(err, ERROR_USAGE, "--criteria: the list is too long");
    snprintf(compare.text, sizeof compare.text, "%s", names);
    struct options options = arguments->options;
    options.out = NULL; /* no net is saved */
    struct headless *headless = headless_create(&options, err);
    if (!headless)
        return false;
    bool good = headless_run(headless, &compare, err);
    const struct snapshot *s = headless_snapshot(headless);
    if (good && !s->compared)
        good = fail_as(err, ERROR_USAGE, "none of the criteria is defined here");
    if (good)
        results_find(arguments->format)->compare(stdout, s);
    if (good && arguments->options.out)
        good = keep(arguments, s, err);
    headless_destroy(headless);
    return good;
}

const struct verb verb_compare = {
    .name = "compare",
    .can = WORKS_ON_NET | SHARES | PRUNES | PRINTS | WRITES | DRAWS | COMPARES_CRITERIA,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "prune by every criterion and show them side by side",
    .about =
        "Prunes a layer to its end once for every criterion, from the unpruned net, and shows\n"
        "what each leaves of the attack where clean accuracy has lost 1, 2, 4 and 10 points,\n"
        "how alike the orders are, and what they take. A surrogate set serves as --poisoned;\n"
        "without one, clean accuracy alone is compared. With --out DIR tables, curves (CSV)\n"
        "and a figure are written there.",
    .examples =
        {
            {"secateur compare", "the built-in demo"},
            {"secateur compare net.h5 -c valid.h5 -p bd_valid.h5 -l activation_1", "one layer"},
            {"secateur compare net.h5 -c valid.h5 -p bd_valid.h5 --criteria clp,l1 --all-layers",
                "two criteria at every layer"},
        },
    .run = run_verb,
};
