/* Keys and texts about the origin of numbers, from the snapshot and the request. */
#include "views/files/metadata.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "views/cells/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void metadata_add(struct metadata *metadata, const char *key, const char *format, ...)
{
    if (metadata->n == METADATA_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        memory_run_out();
    va_end(arguments);
    text_fit(metadata->entry[metadata->n].text, METADATA_TEXT, text);
    free(text);
    snprintf(metadata->entry[metadata->n].key, sizeof metadata->entry[0].key, "%s", key);
    metadata->n++;
}

static void add_sets(struct metadata *metadata, const struct snapshot *s)
{
    static const char *const keys[N_SETS] = {"clean set", "poisoned set"};
    for (int set = 0; set < N_SETS; set++)
        if (s->n_images[set] > 0)
            metadata_add(metadata, keys[set], "%s, %d images%s",
                s->set_name[set] ? s->set_name[set] : "?", s->n_images[set],
                set == SET_POISONED && s->attacked.surrogate
                    ? ": a surrogate (clean images with an inverted trigger), so ASR is a "
                      "surrogate ASR"
                    : "");
}

static void add_inputs(struct metadata *metadata, const struct export_request *request)
{
    for (int i = 0; i < request->n_inputs; i++) {
        const struct export_input *input = &request->inputs[i];
        metadata_add(metadata, input->role, "%s%s%s", input->name, input->sha ? ", SHA-256 " : "",
            input->sha ? input->sha : "");
    }
    if (request->command && strlen(request->command) >= METADATA_TEXT) /* half of one may act */
        metadata_add(
            metadata, "command", "of %zu bytes, too long for here", strlen(request->command));
    else if (request->command)
        metadata_add(metadata, "command", "%s", request->command);
}

struct knowledge metadata_known(const struct snapshot *s, const struct view_state *view_state)
{
    struct knowledge known = s->known;
    if (view_state && view_state->viewed >= 0 && view_state->viewed < s->n_rounds)
        return s->rounds[view_state->viewed]->known;
    if (s->n_rounds > 0)
        knowledge_add(&known, &s->rounds[s->n_rounds - 1]->known);
    for (int i = 0; i < s->n_thresholds; i++)
        knowledge_add(&known, &s->thresholds[i].known);
    return known;
}

void metadata_fill(
    struct metadata *metadata, const struct export_request *request, const char *what)
{
    char sentence[KNOWLEDGE_TEXT];
    const struct snapshot *s = request->snapshot;
    metadata->n = 0;
    metadata_add(metadata, "what", "%s", what);
    metadata_add(metadata, "program", "secateur %s", request->version ? request->version : "");
    metadata_add(metadata, "model", "%s", s->model_name ? s->model_name : "?");
    if (s->site >= 0 && s->site < s->n_sites)
        metadata_add(metadata, "layer", "%s, measured at %s (%s)", s->sites[s->site].name,
            s->sites[s->site].measured, s->sites[s->site].shape);
    if (s->criterion)
        metadata_add(metadata, "criterion", "%s", s->criterion);
    metadata_add(metadata, "order", "%s",
        s->order_file   ? s->order_file
        : s->descending ? "descending"
                        : "ascending");
    if (snapshot_base(s) > 0)
        metadata_add(metadata, "base", "on top of %d channels pruned elsewhere", snapshot_base(s));
    const struct knowledge known = metadata_known(s, request->view_state);
    if (s->n_rounds > 0)
        metadata_add(metadata, "nets", "%s", knowledge_sentence(&known, sentence));
    if (*known.criterion)
        metadata_add(metadata, "chosen by", "%s", known.criterion);
    metadata_add(
        metadata, "round", "%d of %d", view_shown_round_of(s, request->view_state), s->n_channels);
    add_sets(metadata, s);
    add_inputs(metadata, request);
}

char *metadata_sentence(const struct metadata *metadata)
{
    static const char *const keys[] = {
        "model", "layer", "criterion", "order", "base", "nets", "clean set", "poisoned set"};
    char *text = memory_string("");
    for (int i = 0; i < metadata->n; i++)
        for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
            if (strcmp(metadata->entry[i].key, keys[k]) != 0)
                continue;
            char *longer = memory_format(
                "%s%s%s %s", text, *text ? "; " : "", keys[k], metadata->entry[i].text);
            free(text);
            text = longer;
        }
    char *sentence = memory_format("%s.", text);
    free(text);
    if (sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
    return sentence;
}
