/* Which key runs what: the table of commands, and over it what the person bound. A panel's own key
 * goes before one for all panels; among equals the person's goes before the table's.
 * Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_KEYMAP_H
#define SECATEUR_APP_COMMANDS_KEYMAP_H

#include "app/terminal/keys.h"
#include "engine/base/error.h"

#include <stdio.h>

struct action;

enum { KEYMAP_WORD = 32, KEYMAP_WORDS = 96 };

struct binding {
    int key;
    char word[KEYMAP_WORD]; /* "F5", "faces:m" */
    const char *view;       /* NULL: in all panels */
    char *line;             /* what is run, malloc'd; "": nothing */
    const struct action *action;
    bool whole; /* the line is the action's name alone */
};

struct keymap {
    int n;
    struct binding *bindings;
};

void keymap_finish(struct keymap *keymap);
/* word: a key, or "PANEL:KEY". line: a command with its argument, "" unbinds. False with err where
 * there is no such key, panel or command. */
bool keymap_bind(struct keymap *keymap, const char *word, const char *line, struct error *err);
/* What a key does while a view has the focus, NULL: nothing. *line: all of it where the action
 * alone does not say it, else NULL. */
const struct action *keymap_find(
    const struct keymap *keymap, int key, const char *view, const char **line);
/* The words of the keys that run an action without an argument: "s .". */
void keymap_words(
    const struct keymap *keymap, const struct action *action, char words[KEYMAP_WORDS]);
/* Every key as a line of a configuration: "bind s step". */
void keymap_print(const struct keymap *keymap, FILE *out);

#endif
