#include "app/verbs/verbs.h"

#include "app/results/results.h"
#include "app/headless/headless.h"

bool verb_layers_run(const struct arguments *arguments, struct error *err)
{
    struct headless *headless = headless_create(&arguments->options, err);
    if (!headless)
        return false;
    bool good = arguments->options.net_alone ||
                headless_run(headless, &(struct command){.kind = COMMAND_SCAN}, err);
    if (good)
        results_find(arguments->format)->layers(stdout, headless_snapshot(headless));
    headless_destroy(headless);
    return good;
}
