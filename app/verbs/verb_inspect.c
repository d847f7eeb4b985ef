#include "app/verbs/verbs.h"

#include "engine/io/keras/model.h"

bool verb_inspect_run(const struct arguments *arguments, struct error *err)
{
    if (!arguments->options.model)
        return fail_as(err, ERROR_USAGE, "inspect wants FILE; see secateur inspect --help");
    return model_inspect(arguments->options.model, arguments->options.architecture, stdout, err);
}
