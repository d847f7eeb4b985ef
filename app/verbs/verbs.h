/* The verbs of the command line: one table with help, examples and the function that runs.
 * A new verb is a file verb_<name>.c and a line in verbs.c. Thread: the UI's. */
#ifndef SECATEUR_APP_VERBS_VERBS_H
#define SECATEUR_APP_VERBS_VERBS_H

#include "app/options/arguments.h"
#include "engine/base/error.h"

/* Bits that say which flags belong to which verb. */
enum verb_bit {
    VERB_APP = 1,
    VERB_EVAL = 2,
    VERB_LAYERS = 4,
    VERB_SWEEP = 8,
    VERB_PRUNE = 16,
    VERB_PLANT = 32,
    VERB_DEMO = 64,
    VERB_INSPECT = 128,
    VERB_MANUAL = 256,
    VERB_COMPLETIONS = 512,
    VERB_LAB = 1024,
    VERB_GOODNET = 2048,
    VERB_FIGURES = 4096,
    VERB_CLASSIFY = 8192,
    VERB_SESSION = VERB_APP | VERB_EVAL | VERB_LAYERS | VERB_SWEEP | VERB_PRUNE | VERB_LAB |
                   VERB_GOODNET | VERB_FIGURES,
    VERB_ALL = 16383,
};

struct example {
    const char *line, *meaning;
};

struct verb {
    const char *name; /* "sweep"; "" is the terminal application */
    enum verb_bit bit;
    const char *operand; /* "FILE", "[MODEL]"; NULL: takes none */
    bool many;           /* takes more operands behind it */
    const char *help;    /* one line */
    const char *about;   /* what it does, in a few lines */
    struct example examples[4];
    bool (*run)(const struct arguments *arguments, struct error *err);
};

const struct verb *verbs_at(int index); /* NULL behind the last; the first is the application */
const struct verb *verbs_find(const char *name);

bool verb_app_run(const struct arguments *arguments, struct error *err);
bool verb_eval_run(const struct arguments *arguments, struct error *err);
bool verb_layers_run(const struct arguments *arguments, struct error *err);
bool verb_sweep_run(const struct arguments *arguments, struct error *err);
bool verb_goodnet_run(const struct arguments *arguments, struct error *err);
bool verb_classify_run(const struct arguments *arguments, struct error *err);
bool verb_prune_run(const struct arguments *arguments, struct error *err);
bool verb_lab_run(const struct arguments *arguments, struct error *err);
bool verb_figures_run(const struct arguments *arguments, struct error *err);
bool verb_plant_run(const struct arguments *arguments, struct error *err);
bool verb_demo_run(const struct arguments *arguments, struct error *err);
bool verb_inspect_run(const struct arguments *arguments, struct error *err);
bool verb_manual_run(const struct arguments *arguments, struct error *err);
bool verb_completions_run(const struct arguments *arguments, struct error *err);

#endif
