/* What a model file holds. */
#include "app/options/verb.h"

#include "engine/io/nets/model.h"

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    if (!arguments->options.model)
        return fail_as(err, ERROR_USAGE, "inspect needs FILE; see secateur inspect --help");
    return model_inspect(arguments->options.model, arguments->options.architecture, stdout, err);
}

const struct verb verb_inspect = {
    .name = "inspect",
    .can = READS_NET,
    .operand = "FILE",
    .operand_is_net = true,
    .help = "list what a Keras file holds",
    .about = "Lists layers with class and shapes, also those that cannot be run here.",
    .examples =
        {
            {"secateur inspect bd_net.h5", "what is in it"},
        },
    .run = run_verb,
};
