/* What the terminal application remembers between two events. Fields are read by anybody in app;
 * they are changed by commands and through ui.h. Owner: verb_app. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_UI_STATE_H
#define SECATEUR_APP_COMMANDS_UI_STATE_H

#include "app/commands/command_history.h"
#include "app/graphics/graphics_choice.h"
#include "app/commands/keymap.h"
#include "app/commands/ui_guide.h"
#include "app/commands/ui_input.h"
#include "app/screen/layout.h"
#include "app/screen/overlay.h"
#include "app/script/script.h"
#include "engine/api/command.h"

struct arguments;
struct journal;
struct opening;

enum { UI_NOTICE = 1024, UI_ASKED = 96 };

struct ui {
    struct arguments *arguments; /* of what is open: its files change with it */
    bool (*post)(void *context, const struct command *command); /* to the engine */
    void *context;
    const struct snapshot *snapshot; /* held */
    struct view_state view_state;
    struct welcoming welcoming;
    struct touring touring;
    struct guiding guiding;
    const struct theme *theme;
    bool theme_follows; /* the terminal's background */
    uint32_t ground;    /* that background, 0xRRGGBB; dark as long as it is not known */
    struct layout layout;
    int columns, rows;
    int focus; /* view that takes the keys */
    int key;   /* that runs the command in hand, PRESS_NONE when it was typed */
    bool zoomed;

    struct overlay overlay;
    void (*accept)(struct ui *ui, const char *text, int value); /* what the overlay is for */
    bool completes;                 /* the overlay is the command line */
    struct command_history history; /* what was typed there */
    char search[64];                /* words looked for in lists, "": none */
    struct counting count;          /* digits typed in front of a key */
    struct burst burst;
    struct warned warned;
    enum link link;
    bool remote; /* the terminal is at the other end of a line */
    struct calm calm;
    struct keymap keymap;
    char notice[UI_NOTICE];    /* in place of the hints until the next key */
    char said[UI_NOTICE];      /* the last one, also when a key took it away */
    bool noticed, notice_bad;  /* one was there when the event in hand came; it complains */
    unsigned complaints;       /* how many there were, for scripts */
    char complaint[UI_NOTICE]; /* the last one */
    struct scripts scripts;    /* what runs line by line */
    struct picking picking;
    struct changing changing; /* a file that the engine was told to take */
    struct opening *wanted;   /* to be opened in place of what is open; NULL: nothing is asked */
    struct resuming resuming; /* replayed then */
    bool aside, comes_back;   /* a session waits for the end of the tour; it is asked for */
    struct journal *journal;  /* NULL: none is kept */
    bool recent, plain; /* nets that are opened are remembered; no screen: all is said in lines */
    unsigned told;      /* serial of the last message that was looked at */
    int followed;       /* channel the cursor was led to; it is led on while it stays there */
    int pending_export, pending_site;            /* figure, layer that a question is about */
    char pending_path[1024], pending_format[16]; /* as it was asked for, "": the folder's */
    int asked, inspecting; /* channel of the last what-if (-2: all), looked into; -1: none */
    char asked_face[N_SETS][UI_ASKED], asked_scatter[UI_ASKED]; /* last of the engine */
    char figure_size[16], figure_formats[16], figure_style[32]; /* "": as the command line says */
    struct provenance *provenance;                              /* made with the first figure */
    const void *saved; /* the round that the last Ctrl-S wrote, only compared; NULL: none */
    enum graphics_wish graphics;
    /* What is asked of the terminal, cleared once done. */
    bool mouse, repaint, suspend, quit;
    char *clipboard;
};

#endif
