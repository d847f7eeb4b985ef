/* The command lines that repeat a run, for the report. */
#include "app/lab/lab_parts.h"
#include "app/results/results.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* Adds " \\\n  FLAG PATH" to a line, which it frees; the path quoted as a shell wants it. */
static char *with_word(char *line, const char *flag, const char *word)
{
    char *quoted = escape_text(escape_shell_path, word);
    char *longer = memory_format("%s \\\n  %s%s", line, flag, quoted);
    free(quoted);
    free(line);
    return longer;
}

/* How pixels are read, how many images, and what random numbers begin with. */
static void reading(const struct lab *lab, char *text, size_t size)
{
    char pixels[PIXEL_FLAGS];
    const struct image_size *images = &lab->options.input_size;
    const struct options usual = OPTIONS_DEFAULT;
    unsigned long long number = lab->options.seed;
    char limit[32] = "", input[48] = "", seed[40] = "";
    pixel_scaling_flags(&lab->sweep->scaling, pixels);
    if (lab->options.limit > 0)
        snprintf(limit, sizeof limit, " --limit %d", lab->options.limit);
    if (images->height)
        snprintf(input, sizeof input, " --input-size %dx%d", images->height, images->width);
    if (number != usual.seed)
        snprintf(seed, sizeof seed, " --seed %llu", number);
    snprintf(text, size, "%s%s%s%s", pixels, limit, input, seed);
}

static void whole(const struct lab *lab, struct document *document, const char *read)
{
    static const char *const flags[LAB_INPUTS] = {"", "--architecture ", "-c ", "-p ",
        "--test-clean ", "--test-poisoned ", "--external-data "};
    const struct snapshot *s = lab->sweep;
    char *inputs = memory_string("");
    for (int i = 0; i < LAB_INPUTS; i++)
        if (lab->inputs[i].path)
            inputs = with_word(inputs, flags[i], lab->inputs[i].path);
    char *layer = escape_text(escape_shell, s->sites[s->site].name);
    char *out = escape_text(escape_shell_path, lab->folder);
    if (lab->defends)
        document_add(document, BLOCK_CODE, "secateur lab%s \\\n  %s --out %s", inputs, read, out);
    else
        document_add(document, BLOCK_CODE,
            "secateur lab%s \\\n  --layer=%s --criterion %s --order %s %s%s --out %s", inputs,
            layer, s->criterion, results_order(s), read, lab->defender ? " --defender" : "", out);
    free(inputs);
    free(layer);
    free(out);
}

static void repair(const struct lab *lab, struct document *document, const char *read)
{
    const struct snapshot *s = lab->repair;
    char *net = with_word(memory_string(""), "", lab->inputs[0].path);
    if (lab->inputs[1].path)
        net = with_word(net, "--architecture ", lab->inputs[1].path);
    if (lab->inputs[6].path)
        net = with_word(net, "--external-data ", lab->inputs[6].path);
    char *clean = escape_text(escape_shell_path, lab->inputs[2].path);
    char *poisoned = escape_text(escape_shell_path, lab->inputs[3].path);
    char *layer = escape_text(escape_shell, s->sites[s->site].name);
    document_add(document, BLOCK_CODE,
        "secateur prune%s \\\n  -c %s -p %s \\\n  --layer=%s --criterion %s --rounds %d %s "
        "--out repaired.h5",
        net, clean, poisoned, layer, s->criterion, lab->nets[lab->n_nets - 1].round, read);
    free(net);
    free(clean);
    free(poisoned);
    free(layer);
}

/* A name as a key of BibTeX. */
static void key_of(const char *name, char *key, size_t size)
{
    size_t n = 0;
    for (; *name && n + 1 < size; name++)
        if (isalnum((unsigned char)*name) || *name == '-' || *name == '_')
            key[n++] = *name;
    key[n] = '\0';
}

void lab_cite(const struct lab *lab, struct document *document)
{
    char key[48], *name = escape_text(escape_latex, lab->sweep->model_name);
    key_of(lab->sweep->model_name, key, sizeof key);
    document_add(document, BLOCK_HEADING, "To cite it");
    document_add(document, BLOCK_CODE,
        "@misc{secateur:%s,\n  title        = {Backdoor lab: %s},\n"
        "  howpublished = {Report of secateur %s},\n"
        "  note         = {SHA-256 of the net: %s}\n}",
        key, name, SECATEUR_VERSION, lab->inputs[0].sha);
    free(name);
}

void lab_recipe(const struct lab *lab, struct document *document)
{
    char read[PIXEL_FLAGS + 120];
    reading(lab, read, sizeof read);
    document_add(document, BLOCK_HEADING, "To repeat it");
    whole(lab, document, read);
    if (lab->repair && !lab->defends)
        repair(lab, document, read);
    document_add(document, BLOCK_PARAGRAPH, "Made by secateur %s.", SECATEUR_VERSION);
}
