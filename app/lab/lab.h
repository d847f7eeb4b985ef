/* The whole exercise on one net: what it works on, what it found, and the files it keeps.
 * Nets are chosen on validation images; test images are counted afterwards and choose nothing.
 * Owner: verb_lab's stack. Thread: the UI's. */
#ifndef SECATEUR_APP_LAB_LAB_H
#define SECATEUR_APP_LAB_LAB_H

#include "app/options/arguments.h"
#include "app/report/document.h"
#include "engine/api/detection.h"
#include "engine/base/error.h"
#include "engine/io/files/digest.h"
#include "views/facts/goodnet.h"

enum { LAB_NETS = OPTIONS_THRESHOLDS_MAX + 1, LAB_INPUTS = 7, LAB_OUTPUTS = 64, LAB_FACES = 4 };

struct lab_input {
    const char *role; /* "net", "clean validation" */
    char *path;       /* NULL: not given */
    char sha[DIGEST_TEXT];
};

/* A repaired net, B'(T) or the repair that the examination of layers suggests. */
struct lab_net {
    double points; /* T; 0 for the suggested repair */
    int round;     /* channels pruned, -1: T was never reached */
    char name[32], file[48];
    const struct detection_net *found; /* what the saved file does, NULL: none is saved */
};

struct lab_output {
    char name[64]; /* in the folder */
    char sha[DIGEST_TEXT];
};

struct lab {
    const char *folder;
    bool force;             /* files in the folder may be replaced */
    struct options options; /* with the demo's files where no net was given */
    struct lab_input inputs[LAB_INPUTS];
    const struct snapshot *sweep;  /* the exercise's layer, all rounds */
    const struct snapshot *repair; /* the suggested layer, NULL: no repair is known */
    int n_nets;
    struct lab_net nets[LAB_NETS];   /* thresholds ascending, then the repair if there is one */
    const struct snapshot *detected; /* the saved nets against the net as it came */
    /* What a defender finds with clean images alone (defender.h). */
    bool defends;  /* there are no poisoned images: nothing else is done */
    bool defender; /* their part is made */
    const struct snapshot *searched, *defended; /* suspects; the repair */
    struct lab_net healed;
    const struct snapshot *judged[2]; /* net as it came and healed on images that were opened
                                         after it was saved, or NULL */
    bool judged_by_tests;             /* those are test images, else validation images */
    int n_test[N_SETS];               /* 0: no test images */
    int n_outputs;
    struct lab_output outputs[LAB_OUTPUTS];
};

/* Runs everything and saves nets and figures. */
bool lab_measure(struct lab *lab, struct error *err);
bool lab_figures(struct lab *lab, struct document *document, struct error *err);
bool lab_detect(struct lab *lab, struct error *err);
/* GoodNet and detectors, as tables. */
void lab_defence(const struct lab *lab, struct document *document);
bool lab_is_repair(const struct lab *lab, const struct lab_net *net);
/* What the net was chosen with. */
const struct knowledge *lab_known(const struct lab *lab, const struct lab_net *net);
const struct snapshot *lab_snapshot(const struct lab *lab, const struct lab_net *net);
/* Takes note of a file in the folder and its digest. */
bool lab_note(struct lab *lab, const char *name, struct error *err);

/* Says everything in a document; figures are made on the way. */
bool lab_report(struct lab *lab, struct document *document, struct error *err);
/* The commands that repeat it. */
void lab_recipe(const struct lab *lab, struct document *document);
/* What happened along the rounds, in words; malloc'd. */
char *lab_story(const struct snapshot *snapshot);
char *lab_story_repair(const struct snapshot *snapshot, int round);

#endif
