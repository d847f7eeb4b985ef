/* How layers are connected: tensors of a net by name, which often are tensors of other nets. */
#include "engine/io/keras/keras_parse_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

void keras_add_alias(struct keras_reader *reader, const struct keras_alias *alias)
{
    reader->aliases =
        memory_grow(reader->aliases, (size_t)reader->n_aliases + 1, sizeof *reader->aliases);
    reader->aliases[reader->n_aliases++] = *alias;
}

/* The tensor of a scope; *named: there are others of that name. */
static const struct keras_alias *find_alias(
    const struct keras_reader *reader, const struct keras_ref *ref, int scope, bool *named)
{
    *named = false;
    for (int i = 0; i < reader->n_aliases; i++) {
        const struct keras_alias *alias = &reader->aliases[i];
        if (alias->scope != scope || strcmp(alias->ref.name, ref->name) != 0)
            continue;
        *named = true;
        if (alias->ref.call == ref->call && alias->ref.output == ref->output)
            return alias;
    }
    return NULL;
}

int keras_resolve(
    const struct keras_reader *reader, struct keras_ref ref, int scope, struct error *err)
{
    for (int step = 0; step <= reader->n_aliases; step++) {
        bool named;
        const struct keras_alias *found = find_alias(reader, &ref, scope, &named);
        if (found && found->node >= 0)
            return found->node;
        if (!found) {
            fail(err,
                named ? "reads an output that %s does not have" : "its input %s does not exist",
                ref.name);
            return -1;
        }
        ref = found->target;
        scope = found->target_scope;
    }
    fail(err, "its inputs lead back to itself");
    return -1;
}

bool keras_connect(struct keras_reader *reader, struct error *err)
{
    for (int i = 0; i < reader->out->n_nodes; i++) {
        struct node *node = &reader->out->nodes[i];
        const struct keras_call *call = &reader->calls[i];
        for (int k = 0; k < call->n; k++) {
            int from = keras_resolve(reader, call->refs[k], reader->scopes[i], err);
            if (from < 0) {
                char *place = memory_format("layer %s (%s)", node->name, node->class_name);
                fail_in(err, place);
                free(place);
                return false;
            }
            node->inputs[node->n_inputs++] = memory_string(reader->out->nodes[from].name);
        }
    }
    return true;
}
