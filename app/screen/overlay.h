/* What lies over the panels and takes the keys: a prompt with candidates, a picker with a filter,
 * a question, the help. Drawing is pure. Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_SCREEN_OVERLAY_H
#define SECATEUR_APP_SCREEN_OVERLAY_H

#include "app/screen/edit.h"
#include "app/terminal/keys.h"
#include "views/cells/view.h"

enum overlay_answer {
    OVERLAY_STAYS,
    OVERLAY_CHANGED, /* the text was edited: candidates may be renewed */
    OVERLAY_CANCELLED,
    OVERLAY_ACCEPTED,
};

struct overlay_item {
    char *text, *help; /* help: said about the item under the cursor, or behind it */
    char *insert;      /* prompt: what Tab puts into the line */
    int value;         /* question: the key that chooses it */
};

struct overlay;

struct overlay_kind {
    void (*draw)(
        const struct overlay *overlay, const struct view_input *input, struct cells *cells);
    enum overlay_answer (*key)(struct overlay *overlay, const struct event *event);
    void (*finish)(void *content); /* NULL: it has none */
    /* A click on a screen of that size: true where an item is, which is then under the cursor.
     * NULL: there are none to click on. */
    bool (*click)(struct overlay *overlay, int columns, int rows, const struct event *event);
    bool takes_text; /* what is pasted goes into its line */
    bool is_prompt, is_picker, is_help;
};

struct overlay {
    const struct overlay_kind *kind; /* NULL: nothing lies over */
    char title[1200];                /* may hold a path */
    struct edit edit;                /* the line, or the filter */
    struct overlay_item *items;
    int n_items;
    int cursor; /* among the items that the filter lets through; prompt: -1, none taken yet */
    int scroll; /* lines of the help */
    int (*match)(const char *filter, const char *name); /* of a picker; NULL: overlay_matches */
    bool paths; /* of a picker: its line may be a path, which no item is looked for by */
    const char *const *history; /* [n_history] oldest first; borrowed */
    int n_history, history_at;
    void *content; /* of its kind; owned */
};

/* Each kind opens in a file of its own. */
void overlay_open(struct overlay *overlay, const struct overlay_kind *kind, const char *title);
void overlay_prompt(struct overlay *overlay, const char *label, const char *text);
void overlay_picker(struct overlay *overlay, const char *title);
void overlay_question(struct overlay *overlay, const char *text);
void overlay_text(struct overlay *overlay, const char *title); /* items: paragraphs */
void overlay_help(struct overlay *overlay);
/* Texts are copied. insert and help may be NULL. */
void overlay_add(
    struct overlay *overlay, int value, const char *text, const char *help, const char *insert);
void overlay_clear_items(struct overlay *overlay);
void overlay_close(struct overlay *overlay);

bool overlay_is_open(const struct overlay *overlay);
bool overlay_is_prompt(const struct overlay *overlay);
bool overlay_is_help(const struct overlay *overlay);
bool overlay_is_list(const struct overlay *overlay); /* the help or a picker */
/* Does the filter let the item through? */
bool overlay_passes(const struct overlay *overlay, int item);
/* Is the line of a picker of files a path: "/x", "~/x", "./x", "../x"? */
bool overlay_is_path(const struct overlay *overlay);
/* Value of the item under the cursor, -1: there is none. */
int overlay_value(const struct overlay *overlay);
/* The index-th item that the filter lets through, -1: there are not so many. */
int overlay_shown(const struct overlay *overlay, int index);
/* Does the filter let a text through? Neither case nor the kind of ' matters; each word counts. */
bool overlay_matches(const char *filter, const char *text);

#endif
