/* Which channels a pruned net has lost, layer by layer: for the program it came from. */
#include "app/options/verb.h"

#include "app/results/results_channels.h"
#include "engine/io/nets/model_like.h"

#include <string.h>

static bool print(
    const struct arguments *arguments, const struct model *const nets[2], struct error *err)
{
    struct zeroed_channels found;
    if (!model_fits(nets[1], nets[0], err) || !zeroed_channels_find(nets[0], nets[1], &found, err))
        return false;
    const struct results_channels results = {nets[0], nets[1], &found};
    results_channels(stdout, arguments->format, &results);
    zeroed_channels_free(&found);
    return true;
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct options *o = &arguments->options;
    if (!o->model || o->n_repaired != 1)
        return fail_as(err, ERROR_USAGE,
            "channels needs a net and the same net pruned: secateur channels NET PRUNED");
    struct model_options options = {
        .architecture = o->architecture, .external = o->external_data, .size = o->input_size};
    struct image_size chosen; /* weights are compared: any will do */
    struct model *original = model_open_any(o->model, &options, &chosen, err);
    if (strcmp(o->model, o->repaired[0]) != 0)
        options.external = NULL; /* what is saved from it has its weights inside */
    struct model *pruned =
        original ? model_open_like(o->repaired[0], &options, original, err) : NULL;
    bool good = pruned && print(arguments, (const struct model *[]){original, pruned}, err);
    model_destroy(original);
    model_destroy(pruned);
    return good;
}

const struct verb verb_channels = {
    .name = "channels",
    .can = READS_NET | PRINTS,
    .operand = "NET PRUNED",
    .operand_is_net = true,
    .many = true,
    .help = "list which channels of which layers a pruned net has lost",
    .about =
        "Compares a net with one that was pruned from it, here or in the application, and lists\n"
        "for each layer the channels whose weights are zero now and were not: convolutions,\n"
        "and the batch normalisations behind them. As JSON it is what PyTorch needs to prune\n"
        "the same net: names of modules, and lists of channels along an axis of their weight.",
    .examples =
        {
            {"secateur channels net.onnx pruned.onnx", "for reading"},
            {"secateur channels net.onnx pruned.onnx --format json > channels.json",
                "for PyTorch; docs/guide/pytorch.md"},
        },
    .run = run_verb,
};
