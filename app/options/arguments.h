/* What the command line asked for, ready for a verb. Strings are borrowed from argv.
 * Owner: main. Thread: the UI's. */
#ifndef SECATEUR_APP_OPTIONS_ARGUMENTS_H
#define SECATEUR_APP_OPTIONS_ARGUMENTS_H

#include "engine/api/options.h"
#include "engine/attack/badnet.h"

enum { ARGUMENTS_CHANNELS_MAX = 4096, ARGUMENTS_OPERANDS_MAX = 4096, ARGUMENTS_FLAGS_MAX = 96 };

struct verb;

/* A list of channel numbers as it was typed: "3,7,12" or "0-9,41". */
struct channel_list {
    int n;
    int channel[ARGUMENTS_CHANNELS_MAX];
};

struct arguments {
    const struct verb *verb;
    struct options options;                   /* for the engine */
    const char *operand;                      /* FILE of `inspect`, the model of other verbs */
    const char *more[ARGUMENTS_OPERANDS_MAX]; /* operands behind it */
    int n_more;
    const char *format; /* "text", "csv", "json" */
    bool help, version;

    const char *criteria; /* compare: names apart by commas, NULL: all */
    bool all_layers;      /* … at every layer */
    double outliers;      /* … deviations beyond which a rule prunes; 0: as published */

    struct channel_list channels; /* prune: by list … */
    int rounds;                   /* … by number of rounds, -1: not asked; of repair too */
    const char *repair;           /* name of a repair, NULL: by the evidence */
    double drop, asr;             /* … until that many points are lost, that ASR reached, -1 */
    struct badnet_options plant;
    const char *attack;   /* plant: the kind of attack; NULL: that of the demo, or patch */
    const char *attacks;  /* zoo: names with commas between; NULL: all */
    int seeds;            /* … for each kind of net */
    const char *practice; /* … in which net; NULL: lab */
    const char *size;     /* convert: "32x32", of what is written; NULL: as it is read */
    const char *shape;    /* … "28x28x1", of the images in --clean; NULL: a usual one */

    const char *detector; /* of classify, NULL: none */
    const char *trigger;  /* picture, rule or surrogate, for it or for convert; NULL: none */
    double false_alarms;  /* percent of clean images it may flag */

    const char *script; /* commands to run first, "-": those of standard input; NULL: none */
    bool plain;         /* lines in place of the screen */
    bool tour;          /* begins with the guided tour */
    const char *resume; /* a journal to go on with, "": the newest; NULL: none */
    bool defender;      /* lab: with the defender's part */
    bool no_journal, no_config, print_config;
    const char *said[ARGUMENTS_FLAGS_MAX]; /* the value of each flag, NULL: its default */

    double speed;      /* rounds a second of runs, 0: as fast as they go */
    int graphics;      /* enum graphics_wish */
    const char *color; /* "auto", "truecolor", "256", "16", "mono" */
    const char *theme; /* NULL: the first */
    bool ascii, no_mouse;

    const char *figure_size;    /* NULL: 88mm */
    const char *figure_formats; /* "pdf,svg" */
    const char *figure_style;   /* "serif,title", NULL: plain */
    int n_words;                /* the command line itself */
    char *const *words;         /* [n_words] */
};

#endif
