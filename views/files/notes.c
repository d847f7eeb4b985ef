#include "views/files/notes.h"

#include "engine/base/memory.h"
#include "views/cells/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void notes_add(struct notes *notes, const char *key, const char *format, ...)
{
    if (notes->n == NOTES_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = notes->note[notes->n].text;
    vsnprintf(text, NOTES_TEXT, format, arguments);
    va_end(arguments);
    for (; *text; text++)
        if ((unsigned char)*text < 0x20)
            *text = ' ';
    snprintf(notes->note[notes->n].key, sizeof notes->note[0].key, "%s", key);
    notes->n++;
}

static void add_sets(struct notes *notes, const struct snapshot *s)
{
    static const char *const keys[N_SETS] = {"clean set", "poisoned set"};
    for (int set = 0; set < N_SETS; set++)
        if (s->n_images[set] > 0)
            notes_add(notes, keys[set], "%s, %d images", s->set_name[set] ? s->set_name[set] : "?",
                s->n_images[set]);
}

static void add_inputs(struct notes *notes, const struct export_request *request)
{
    for (int i = 0; i < request->n_inputs; i++) {
        const struct export_input *input = &request->inputs[i];
        notes_add(notes, input->role, "%s%s%s", input->name, input->sha ? ", SHA-256 " : "",
            input->sha ? input->sha : "");
    }
    if (request->command)
        notes_add(notes, "command", "%s", request->command);
}

struct knowledge notes_known(const struct snapshot *s, const struct view_state *look)
{
    struct knowledge known = s->known;
    if (look && look->viewed >= 0 && look->viewed < s->n_rounds)
        return s->rounds[look->viewed]->known;
    if (s->n_rounds > 0)
        knowledge_add(&known, &s->rounds[s->n_rounds - 1]->known);
    for (int i = 0; i < s->n_thresholds; i++)
        knowledge_add(&known, &s->thresholds[i].known);
    return known;
}

void notes_fill(struct notes *notes, const struct export_request *request, const char *what)
{
    char sentence[KNOWLEDGE_TEXT];
    const struct snapshot *s = request->snapshot;
    notes->n = 0;
    notes_add(notes, "what", "%s", what);
    notes_add(notes, "program", "secateur %s", request->version ? request->version : "");
    notes_add(notes, "model", "%s", s->model_name ? s->model_name : "?");
    if (s->site >= 0 && s->site < s->n_sites)
        notes_add(notes, "layer", "%s, measured at %s (%s)", s->sites[s->site].name,
            s->sites[s->site].measured, s->sites[s->site].shape);
    if (s->criterion)
        notes_add(notes, "criterion", "%s", s->criterion);
    notes_add(notes, "order", "%s",
        s->order_file   ? s->order_file
        : s->descending ? "descending"
                        : "ascending");
    if (snapshot_base(s) > 0)
        notes_add(notes, "base", "on top of %d channels pruned elsewhere", snapshot_base(s));
    const struct knowledge known = notes_known(s, request->look);
    if (s->n_rounds > 0)
        notes_add(notes, "nets", "%s", knowledge_sentence(&known, sentence));
    if (*known.criterion)
        notes_add(notes, "chosen by", "%s", known.criterion);
    notes_add(notes, "round", "%d of %d", view_shown_round_of(s, request->look), s->n_channels);
    add_sets(notes, s);
    add_inputs(notes, request);
}

char *notes_sentence(const struct notes *notes)
{
    static const char *const keys[] = {
        "model", "layer", "criterion", "order", "base", "nets", "clean set", "poisoned set"};
    char *text = memory_string("");
    for (int i = 0; i < notes->n; i++)
        for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
            if (strcmp(notes->note[i].key, keys[k]) != 0)
                continue;
            char *longer =
                memory_format("%s%s%s %s", text, *text ? "; " : "", keys[k], notes->note[i].text);
            free(text);
            text = longer;
        }
    char *sentence = memory_format("%s.", text);
    free(text);
    if (sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
    return sentence;
}
