/* Which class a backdoor may lead to, as far as the net and clean images tell. */
#include "app/options/verb.h"

#include "app/headless/headless.h"
#include "app/results/results.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct headless *headless = headless_create(&arguments->options, err);
    if (!headless)
        return false;
    bool good = headless_run(headless, &(struct command){.kind = COMMAND_SUSPECTS}, err);
    if (good)
        results_find(arguments->format)->suspects(stdout, headless_snapshot(headless));
    headless_destroy(headless);
    return good;
}

const struct verb verb_scan = {
    .name = "scan",
    .can = WORKS_ON_NET | PRINTS,
    .operand = "[NET]",
    .operand_is_net = true,
    .images_optional = true,
    .help = "which class a backdoor may lead to, without poisoned images",
    .about =
        "Searches, for every class, an input that makes its logit lead as far as possible: a\n"
        "class that a trigger was trained for reaches an unusually large lead. With --clean it\n"
        "then inverts a trigger for the first few classes, and for some others to compare\n"
        "with: the smaller the trigger, the more suspicious the class. One more trigger shows\n"
        "what it turns every class into: an all-to-all attack. The verdict says which classes\n"
        "stand out, that nothing does, or what is in doubt, and why. Poisoned images are not\n"
        "used. Without --clean, --scale says how large the inputs are.",
    .examples =
        {
            {"secateur scan", "the built-in demo"},
            {"secateur scan net.h5 --clean valid.h5", "classes, and the triggers that lead there"},
            {"secateur scan net.h5 --scale 1/255", "without any image"},
        },
    .run = run_verb,
};
