/* The table of settings that can change at any time. */
#include "app/commands/preferences.h"

#include "app/commands/ui.h"

#include <stddef.h>
#include <string.h>

#define FIELD(name) offsetof(struct ui, name)

/* Words stand in the order of the enum; of a bool: off, on. */
static const struct preference table[] = {
    {"axis", "auto full drop trade-off", "range of the curves", FIELD(view_state.axis), false},
    {"marker", "braille block ascii", "what curves are drawn with", FIELD(view_state.marker),
        false},
    {"sort", "number rank difference what-if", "order of the channels",
        FIELD(view_state.channel_order), false},
    {"filter", "changed broken recovered rescued hit-again all wrong flagged",
        "which faces are shown", FIELD(view_state.face_filter), false},
    {"side", "both clean poisoned", "faces of which images", FIELD(view_state.face_side), false},
    {"difference", "off on", "what the trigger changed, in large pairs",
        FIELD(view_state.difference), true},
    {"link", "auto fast slow", "slow: small faces, few frames; auto: over ssh", FIELD(link), false},
    {"welcome", "off on", "what the two curves mean, told on the empty plot",
        FIELD(welcoming.wanted), true},
    {"recent", "off on", "remember nets that were opened, for Ctrl-O", FIELD(recent), true},
    {"graphics", "auto kitty sixel blocks", "pictures in the terminal's own pixels, or in blocks",
        FIELD(graphics), false},
    {"mouse", "off on", "clicks and wheel; off: the terminal selects text", FIELD(mouse), true},
};
enum { N_PREFERENCES = sizeof table / sizeof *table };

_Static_assert(N_AXES == 4 && N_CHANNEL_ORDERS == 4 && N_FACE_FILTERS == 8 && N_FACE_SIDES == 3 &&
                   N_LINKS == 3,
    "each value has its word above");

const struct preference *preferences_at(int index)
{
    return index >= 0 && index < N_PREFERENCES ? &table[index] : NULL;
}

const struct preference *preferences_find(const char *name)
{
    for (int i = 0; i < N_PREFERENCES; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

void preferences_value(
    const struct preference *preference, const struct ui *ui, char *text, size_t size)
{
    const char *field = (const char *)ui + preference->field, *word = preference->words;
    int number = preference->yes ? (int)*(const bool *)field : (int)*(const enum axis *)field;
    for (; number > 0; number--)
        word += strcspn(word, " ") + 1;
    snprintf(text, size, "%.*s", (int)strcspn(word, " "), word);
}

bool preferences_set(
    const struct preference *preference, struct ui *ui, const char *value, struct error *err)
{
    char *field = (char *)ui + preference->field;
    int number = 0;
    for (const char *word = preference->words; *word; number++) {
        size_t length = strcspn(word, " ");
        if (strlen(value) == length && strncmp(word, value, length) == 0) {
            if (preference->yes)
                *(bool *)field = number;
            else
                *(enum axis *)field = (enum axis)number; /* enums are of one size */
            return true;
        }
        word += length + (word[length] == ' ');
    }
    return fail_as(err, ERROR_USAGE, "%s must be one of %s", preference->name, preference->words);
}

bool preferences_takes(const struct flag *flag)
{
    static const char *const never[] = {"help", "version", "force", "resume", "script", "format",
        "theme", "graphics", "no-mouse", "no-config", "print-config"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(flag->name, never[i]) == 0)
            return false;
    bool is_file = flag->argument && strcmp(flag->argument, "FILE") == 0;
    return flag->serves & WORKS_ON_SCREEN && !is_file;
}
