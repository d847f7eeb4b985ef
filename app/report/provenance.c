/* Digests of the input files and the command line, for the notes of exports. */
#include "app/report/provenance.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/io/files/digest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUTS_MAX = 8 + OPTIONS_REPAIRED_MAX };

struct provenance {
    int n;
    struct export_input inputs[INPUTS_MAX];
    char sha[INPUTS_MAX][DIGEST_TEXT];
    char *command;
};

static bool add(struct provenance *p, const char *role, const char *path, struct error *err)
{
    struct export_input *input = &p->inputs[p->n];
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (!path)
        return true;
    *input = (struct export_input){.role = role, .name = slash ? slash + 1 : path};
    if (digest_file(path, p->sha[p->n], err))
        input->sha = p->sha[p->n];
    p->n++;
    return input->sha || access(path, F_OK) != 0;
}

/* As it was typed, words that a shell would read otherwise quoted. */
static char *command_line(const struct arguments *arguments)
{
    char *line = memory_string("secateur");
    for (int i = 1; i < arguments->n_words; i++) {
        char *quoted = escape_text(escape_shell, arguments->words[i]);
        char *longer = memory_format("%s %s", line, quoted);
        free(quoted);
        free(line);
        line = longer;
    }
    return line;
}

struct provenance *provenance_create(const struct arguments *arguments, struct error *err)
{
    const struct options *o = &arguments->options;
    struct provenance *p = memory_array(1, sizeof *p);
    if (!o->model)
        p->inputs[p->n++] = (struct export_input){.role = "net file", .name = "embedded demo"};
    bool named = o->order && strcmp(o->order, "ascending") && strcmp(o->order, "descending");
    bool good = add(p, "net file", o->model, err) &&
                add(p, "architecture file", o->architecture, err) &&
                add(p, "external data file", o->external_data, err) &&
                add(p, "clean file", o->clean, err) && add(p, "poisoned file", o->poisoned, err) &&
                add(p, "test clean file", o->test_clean, err) &&
                add(p, "test poisoned file", o->test_poisoned, err) &&
                add(p, "order file", named ? o->order : NULL, err);
    for (int i = 0; good && i < o->n_repaired; i++)
        good = add(p, "repaired net file", o->repaired[i], err);
    p->command = command_line(arguments);
    if (good)
        return p;
    provenance_destroy(p);
    return NULL;
}

void provenance_destroy(struct provenance *provenance)
{
    if (!provenance)
        return;
    free(provenance->command);
    free(provenance);
}

void provenance_tell(const struct provenance *provenance, struct export_request *request)
{
    request->inputs = provenance->inputs;
    request->n_inputs = provenance->n;
    request->command = provenance->command;
}
