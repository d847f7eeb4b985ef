#include "app/verbs/verbs.h"

#include "app/results/results.h"
#include "app/headless/headless.h"

bool verb_eval_run(const struct arguments *arguments, struct error *err)
{
    struct headless *headless = headless_create(&arguments->options, err);
    if (!headless)
        return false;
    bool asked = arguments->options.test_clean || arguments->options.test_poisoned;
    bool good = !asked || headless_run(headless, &(struct command){.kind = COMMAND_TEST}, err);
    if (good)
        results_find(arguments->format)->eval(stdout, headless_snapshot(headless), asked);
    headless_destroy(headless);
    return good;
}
