/* What a model file holds. */
#include "app/options/verb.h"

#include "engine/io/nets/model.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    if (!arguments->options.model)
        return fail_as(err, ERROR_USAGE, "inspect needs a file: secateur inspect FILE");
    const struct options *o = &arguments->options;
    const struct model_options options = {
        .architecture = o->architecture, .external = o->external_data, .size = o->input_size};
    return model_inspect(o->model, &options, stdout, err);
}

const struct verb verb_inspect = {
    .name = "inspect",
    .can = READS_NET,
    .operand = "FILE",
    .operand_is_net = true,
    .help = "list what a net's file contains",
    .about = "Lists the layers with class and shapes, even layers that secateur cannot run.",
    .examples =
        {
            {"secateur inspect bd_net.h5", "what is in it"},
        },
    .run = run_verb,
};
