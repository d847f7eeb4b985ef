/* Lists of zeroed channels: for people, for spreadsheets, for PyTorch. Leans on jansson. */
#include "app/results/results_channels.h"

#include "app/tables/table_json.h"
#include "engine/base/escape.h"

#include <jansson.h>
#include <string.h>

static void print_text(FILE *out, const struct results_channels *results)
{
    const struct zeroed_channels *found = results->found;
    for (int i = 0; i < found->n_layers; i++) {
        const struct zeroed_layer *layer = &found->layers[i];
        escape_terminal(out, layer->name);
        fprintf(out, " (%s): ", layer->class_name);
        for (int c = 0; c < layer->n; c++)
            fprintf(out, "%s%d", c ? "," : "", layer->channels[c]);
        putc('\n', out);
    }
    if (found->n_layers == 0)
        fputs("no channel is zero that was not zero before\n", out);
    if (found->others)
        fputs("other weights differ too: the net was tuned, and these channels are not all\n", out);
    if (results->original->folded)
        fputs("batch normalisations were folded into convolutions: in the net itself, those behind "
              "these convolutions must be zeroed too\n",
            out);
}

static void print_csv(FILE *out, const struct zeroed_channels *found)
{
    fputs("module,class,axis,channel\n", out);
    for (int i = 0; i < found->n_layers; i++)
        for (int c = 0; c < found->layers[i].n; c++) {
            escape_csv(out, found->layers[i].name);
            fprintf(out, ",%s,%d,%d\n", found->layers[i].class_name, found->layers[i].axis,
                found->layers[i].channels[c]);
        }
}

static json_t *module_of(const struct zeroed_layer *layer)
{
    json_t *channels = json_array();
    bool norm = strcmp(layer->class_name, "BatchNormalization") == 0;
    for (int c = 0; c < layer->n; c++)
        json_array_append_new(channels, json_integer(layer->channels[c]));
    return json_pack("{s:o, s:s, s:b, s:i, s:o}", "module", json_text(layer->name), "class",
        layer->class_name, "batch_norm", norm, "axis", layer->axis, "channels", channels);
}

static void print_json(FILE *out, const struct results_channels *results)
{
    const struct zeroed_channels *found = results->found;
    json_t *modules = json_array();
    for (int i = 0; i < found->n_layers; i++)
        json_array_append_new(modules, module_of(&found->layers[i]));
    json_print(
        out, json_pack("{s:o, s:o, s:o, s:b, s:b}", "model", json_text(results->original->path),
                 "pruned", json_text(results->pruned->path), "modules", modules, "others_differ",
                 found->others, "folded", results->original->folded));
}

void results_channels(FILE *out, const char *format, const struct results_channels *results)
{
    if (strcmp(format, "json") == 0)
        print_json(out, results);
    else if (strcmp(format, "csv") == 0)
        print_csv(out, results->found);
    else
        print_text(out, results);
}
