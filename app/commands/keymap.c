/* Bound keys over the keys of the table of commands. */
#include "app/commands/keymap.h"

#include "app/commands/commands.h"
#include "app/screen/edit.h"
#include "engine/base/memory.h"
#include "views/panels/views.h"

#include <stdlib.h>
#include <string.h>

void keymap_finish(struct keymap *keymap)
{
    for (int i = 0; i < keymap->n; i++)
        free(keymap->bindings[i].line);
    free(keymap->bindings);
    *keymap = (struct keymap){0};
}

static bool same_view(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The person's for exactly this key and panel (NULL: all). */
static struct binding *own(const struct keymap *keymap, int key, const char *view)
{
    for (int i = 0; i < keymap->n; i++)
        if (keymap->bindings[i].key == key && same_view(keymap->bindings[i].view, view))
            return &keymap->bindings[i];
    return NULL;
}

/* The table's for exactly this key and panel. */
static const struct action *listed(int key, const char *view)
{
    for (int i = 0; commands_at(i); i++)
        if (same_view(commands_at(i)->view, view) && keys_listed(commands_at(i)->keys, key))
            return commands_at(i);
    return NULL;
}

/* "faces:m" into a view and a key. */
static bool read_word(struct binding *binding, const char *word, struct error *err)
{
    const char *colon = strchr(word + (*word != '\0'), ':'), *key = word;
    char name[KEYMAP_WORD];
    if (snprintf(binding->word, sizeof binding->word, "%s", word) >= KEYMAP_WORD)
        return fail_as(err, ERROR_USAGE, "there is no key %s", word);
    if (colon) {
        snprintf(name, sizeof name, "%.*s", (int)(colon - word), word);
        if (!views_find(name))
            return fail_as(err, ERROR_USAGE, "there is no panel %s", name);
        binding->view = views_find(name)->name;
        key = colon + 1;
    }
    binding->key = keys_number(key, (int)strlen(key));
    return binding->key != PRESS_NONE || fail_as(err, ERROR_USAGE, "there is no key %s", key);
}

static bool read_line(struct binding *binding, const char *line, struct error *err)
{
    char name[EDIT_TEXT];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
    binding->action = commands_find(name);
    binding->whole = strcmp(name, line) == 0;
    if (*line && !binding->action)
        return fail_as(err, ERROR_USAGE, "there is no command %s to bind", name);
    if (*line && !binding->whole && !binding->action->argument)
        return fail_as(err, ERROR_USAGE, "%s takes no argument", name);
    return true;
}

static void forget(struct keymap *keymap, struct binding *binding)
{
    free(binding->line);
    *binding = keymap->bindings[--keymap->n];
}

bool keymap_bind(struct keymap *keymap, const char *word, const char *line, struct error *err)
{
    struct binding binding = {0};
    if (!read_word(&binding, word, err) || !read_line(&binding, line, err))
        return false;
    struct binding *before = own(keymap, binding.key, binding.view);
    if (before)
        forget(keymap, before);
    const struct action *table = listed(binding.key, binding.view);
    if (table == binding.action && (!table || binding.whole))
        return true; /* as it is anyhow */
    binding.line = memory_string(line);
    keymap->bindings =
        memory_grow(keymap->bindings, (size_t)keymap->n + 1, sizeof *keymap->bindings);
    keymap->bindings[keymap->n++] = binding;
    return true;
}

const struct action *keymap_find(
    const struct keymap *keymap, int key, const char *view, const char **line)
{
    const char *const places[] = {view, NULL};
    *line = NULL;
    for (int i = 0; i < 2; i++) {
        const struct binding *binding = own(keymap, key, places[i]);
        if (binding) {
            *line = binding->whole ? NULL : binding->line;
            return binding->action;
        }
        if (listed(key, places[i]))
            return listed(key, places[i]);
    }
    return NULL;
}

void keymap_words(
    const struct keymap *keymap, const struct action *action, char words[KEYMAP_WORDS])
{
    size_t used = 0;
    words[0] = '\0';
    for (const char *word = action->keys; *word;) {
        int length = (int)strcspn(word, " ");
        if (!own(keymap, keys_number(word, length), action->view) && used < KEYMAP_WORDS)
            used += (size_t)snprintf(
                words + used, KEYMAP_WORDS - used, "%s%.*s", used ? " " : "", length, word);
        word += length + (word[length] == ' ');
    }
    for (int i = 0; i < keymap->n && used < KEYMAP_WORDS; i++)
        if (keymap->bindings[i].action == action && keymap->bindings[i].whole)
            used += (size_t)snprintf(words + used, KEYMAP_WORDS - used, "%s%s", used ? " " : "",
                keymap->bindings[i].word);
}

void keymap_print(const struct keymap *keymap, FILE *out)
{
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        for (const char *word = action->keys; *word;) {
            int length = (int)strcspn(word, " ");
            if (!own(keymap, keys_number(word, length), action->view))
                fprintf(out, "bind %s%s%.*s %s\n", action->view ? action->view : "",
                    action->view ? ":" : "", length, word, action->name);
            word += length + (word[length] == ' ');
        }
    }
    for (int i = 0; i < keymap->n; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (*binding->line)
            fprintf(out, "bind %s %s\n", binding->word, binding->line);
        else
            fprintf(out, "unbind %s\n", binding->word);
    }
}
