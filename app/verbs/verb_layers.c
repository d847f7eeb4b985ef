/* Layers, and what a scan of them finds. */
#include "app/options/verb.h"

#include "app/results/results.h"
#include "app/headless/headless.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
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

const struct verb verb_layers = {
    .name = "layers",
    .can = WORKS_ON_NET | PRINTS,
    .operand = "[NET]",
    .operand_is_net = true,
    .images_optional = true,
    .help = "what can be pruned, examined layer by layer",
    .about = "Lists the layers and examines every place where channels can be pruned: silent\n"
             "channels, what pruning costs, how far poisoned images stand out. Suggests one.\n"
             "Without --clean the net of a file is only listed.",
    .examples =
        {
            {"secateur layers", "the embedded demo"},
            {"secateur layers net.h5", "what is in it and can be pruned, without any images"},
            {"secateur layers net.h5 --clean valid.h5 --limit 2000", "quicker on large sets"},
        },
    .run = run_verb,
};
