/* Braces in sentences, replaced. */
#include "app/guide/words.h"

#include "app/commands/commands.h"
#include "views/facts/branches.h"

#include <stdio.h>
#include <string.h>

/* The digit of a panel: the table of keys has one entry for all of them. */
static bool panel_key(const char *argument, char *out, size_t size)
{
    for (int i = 0; views_at(i) && i < 10; i++)
        if (strcmp(views_at(i)->name, argument) == 0) {
            snprintf(out, size, "%d", (i + 1) % 10);
            return true;
        }
    return false;
}

void guide_key(const struct ui *ui, const char *command, char *out, size_t size)
{
    char name[64], words[KEYMAP_WORDS];
    int length = (int)strcspn(command, " ");
    snprintf(name, sizeof name, "%.*s", length, command);
    const char *argument = command[length] ? command + length + 1 : "";
    const struct action *action = commands_find(name);
    if (strcmp(name, "view") == 0 && panel_key(argument, out, size))
        return;
    if (action && !*argument) {
        keymap_words(&ui->keymap, action, words);
        if (*words) {
            keys_first(words, out, (int)size);
            return;
        }
    }
    snprintf(out, size, ":%s", command);
}

/* "2, 4 and 10" */
static void say_thresholds(const struct snapshot *s, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < s->n_thresholds && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%g",
            i == 0                    ? ""
            : i + 1 < s->n_thresholds ? ", "
                                      : " and ",
            s->thresholds[i].points);
}

static void number(const struct ui *ui, const char *name, char *out, size_t size)
{
    const struct snapshot *s = ui->snapshot;
    int round = ui_round(ui);
    bool open = s->n_rounds > 0;
    bool mono = ui->view_state.depth == DEPTH_MONO;
    if (strcmp(name, "yours") == 0)
        snprintf(
            out, size, "%s", ui->aside ? "Enter goes back to your net." : "This net is yours.");
    else if (strcmp(name, "blue") == 0)
        snprintf(out, size, "%s", mono ? "Solid" : "Blue");
    else if (strcmp(name, "orange") == 0)
        snprintf(out, size, "%s", mono ? "Dashed" : "Orange");
    else if (open && strcmp(name, "clean") == 0)
        snprintf(out, size, "%.1f %%", snapshot_clean_accuracy(s, round));
    else if (open && strcmp(name, "clean at first") == 0)
        snprintf(out, size, "%.1f %%", branches_unpruned_clean(s));
    else if (open && strcmp(name, "asr") == 0)
        snprintf(out, size, "%.1f %%", snapshot_asr(s, round));
    else if (open && strcmp(name, "round") == 0)
        snprintf(out, size, "%d", round);
    else if (strcmp(name, "thresholds") == 0 && s->n_thresholds > 0)
        say_thresholds(s, out, size);
    else if (strcmp(name, "channels") == 0)
        snprintf(out, size, "%d", s->n_channels);
    else if (strcmp(name, "images") == 0)
        snprintf(out, size, "%d", s->n_images[SET_CLEAN]);
    else if (strcmp(name, "target") == 0)
        snprintf(out, size, "%d", s->target);
    else if (strcmp(name, "layer") == 0 && s->site >= 0 && s->site < s->n_sites)
        snprintf(out, size, "%s", s->sites[s->site].name);
    else
        snprintf(out, size, "…");
}

void guide_words(const struct ui *ui, const char *sentence, char out[GUIDE_WORDS])
{
    size_t used = 0;
    while (*sentence && used + 1 < GUIDE_WORDS) {
        const char *end = *sentence == '{' ? strchr(sentence, '}') : NULL;
        char inside[64], text[96];
        if (!end) {
            out[used++] = *sentence++;
            continue;
        }
        snprintf(inside, sizeof inside, "%.*s", (int)(end - sentence - 1), sentence + 1);
        if (*inside == '=')
            number(ui, inside + 1, text, sizeof text);
        else
            guide_key(ui, inside, text, sizeof text);
        used += (size_t)snprintf(out + used, GUIDE_WORDS - used, "%s", text);
        used = used < GUIDE_WORDS ? used : GUIDE_WORDS - 1;
        sentence = end + 1;
    }
    out[used] = '\0';
}
