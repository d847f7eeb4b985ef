/* Layers, and what an examination of them finds. */
#include "app/options/verb.h"

#include "app/results/results.h"
#include "app/headless/headless.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    struct headless *headless = headless_create(&arguments->options, err);
    if (!headless)
        return false;
    bool good = arguments->options.net_alone ||
                headless_run(headless, &(struct command){.kind = COMMAND_EXAMINE}, err);
    if (good)
        results_find(arguments->format)->layers(stdout, headless_snapshot(headless));
    headless_destroy(headless);
    return good;
}

const struct verb verb_layers = {
    .name = "layers",
    .can = WORKS_ON_NET | SHARES | PRINTS,
    .operand = "[NET]",
    .operand_is_net = true,
    .images_optional = true,
    .help = "examine the layers that can be pruned and suggest a repair",
    .about = "Lists the layers and examines each whose channels can be pruned: channels that are\n"
             "never active, the accuracy that pruning costs, how much poisoned images stand out.\n"
             "Suggests one layer. Without --clean it only lists the layers of the file.",
    .examples =
        {
            {"secateur layers", "the built-in demo"},
            {"secateur layers net.h5", "its layers and which can be pruned, without images"},
            {"secateur layers net.h5 --clean valid.h5 --limit 2000", "faster on large sets"},
        },
    .run = run_verb,
};
