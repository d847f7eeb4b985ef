/* Clean accuracy and attack success of a net. */
#include "app/options/verb.h"

#include "app/results/results.h"
#include "app/headless/headless.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
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

const struct verb verb_eval = {
    .name = "eval",
    .can = WORKS_ON_NET | SHARES | PRINTS,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "clean accuracy and attack success of a net",
    .about = "Measures the net as it is. Without --poisoned it measures only clean accuracy.",
    .examples =
        {
            {"secateur eval", "the built-in demo"},
            {"secateur eval net.h5 --clean valid.h5 --poisoned bd_valid.h5", "your own net"},
            {"secateur eval net.h5 --clean valid.h5 --format json", "for scripts"},
        },
    .run = run_verb,
};
