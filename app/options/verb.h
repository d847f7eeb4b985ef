/* A verb of the command line as the parser sees it, and the capabilities by which options belong to
 * verbs. Thread: the UI's. */
#ifndef SECATEUR_APP_OPTIONS_VERB_H
#define SECATEUR_APP_OPTIONS_VERB_H

#include "app/options/arguments.h"
#include "engine/base/error.h"

/* What a verb can do. An option names the capabilities it serves; it belongs to every verb that
 * has one of them. */
enum capability {
    READS_NET = 1 << 0,
    READS_IMAGES = 1 << 1,  /* clean ones */
    OPENS_SESSION = 1 << 2, /* poisoned and test images too; one layer is chosen */
    COMPUTES = 1 << 3,      /* with worker threads */
    PRUNES = 1 << 4,
    KEEPS_NETS = 1 << 5,     /* at thresholds of lost clean accuracy */
    PRUNES_TO_GOAL = 1 << 6, /* channels by number, or until a goal is reached */
    COMPARES_NETS = 1 << 7,  /* with repaired ones */
    CLASSIFIES = 1 << 8,     /* single pictures */
    PLANTS = 1 << 9,         /* trains a net with a backdoor */
    PRINTS = 1 << 10,        /* results in a format that can be chosen */
    WRITES = 1 << 11,        /* files */
    DRAWS = 1 << 12,         /* figures */
    HAS_SCREEN = 1 << 13,
    COMPARES_CRITERIA = 1 << 14,
    GROWS_ZOO = 1 << 15, /* plants many nets */
    REPAIRS = 1 << 16,   /* by a repair of the table */
    CONVERTS = 1 << 17,  /* image sets */
    EXERCISES = 1 << 18, /* the whole lab */
    SHARES = 1 << 19,    /* its work among the ranks that mpirun starts */

    WORKS_ON_NET = READS_NET | READS_IMAGES | OPENS_SESSION | COMPUTES,
    WORKS_ON_SCREEN =
        WORKS_ON_NET | PRUNES | KEEPS_NETS | COMPARES_NETS | PRINTS | WRITES | DRAWS | HAS_SCREEN,
    EVERY_VERB = 0, /* of an option: needs no capability */
};

struct example {
    const char *line, *meaning;
};

struct verb {
    const char *name;     /* "sweep"; "" is the terminal application */
    unsigned can;         /* capabilities */
    const char *operand;  /* "FILE", "[NET]"; NULL: takes none */
    bool operand_is_net;  /* the first operand is the net, further ones are repaired nets */
    bool many;            /* takes more operands behind the first */
    bool images_optional; /* a net without images is enough */
    const char *help;     /* one line */
    const char *about;    /* what it does, in a few lines */
    struct example examples[4];
    bool (*run)(const struct arguments *arguments, struct error *err);
};

/* In a list that ends with NULL; NULL: there is no such verb. */
const struct verb *verb_find(const struct verb *const *verbs, const char *name);

#endif
