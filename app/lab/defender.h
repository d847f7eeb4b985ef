/* The exercise of a defender who has clean images alone: the suspects are searched, the net is
 * repaired, and only then poisoned images, where there are some, judge it, those of the test before
 * those of the validation. No poisoned image is read before that. Thread: the UI's. */
#ifndef SECATEUR_APP_LAB_DEFENDER_H
#define SECATEUR_APP_LAB_DEFENDER_H

#include "app/lab/lab.h"

/* The repaired net as a file of the folder. */
#define DEFENDER_FILE "repaired_defender"

/* Searches, repairs, saves, judges: fills searched, defended, healed and judged of the lab. */
bool defender_measure(struct lab *lab, struct error *err);
/* The case in one screen, which opens the report. */
bool defender_case(struct lab *lab, struct document *document, struct error *err);
/* Says in a document what the defender did; figures are made on the way. */
bool defender_part(struct lab *lab, struct document *document, struct error *err);
/* That alone, and the inputs and how to repeat it. */
bool defender_report(struct lab *lab, struct document *document, struct error *err);

typedef struct json_t json_t;
/* What was found, into an object of lab.json. */
void defender_results(json_t *object, const struct lab *lab);

/* What one class, or all, lost and won by the repair, of the clean images. */
struct defender_cost {
    int n;             /* images */
    int before, after; /* of them right */
};
/* class -1: all. */
struct defender_cost defender_cost(const struct snapshot *repaired, int class);
/* How far the clean accuracy of the repaired net may be from what was counted, points (95 %). */
double defender_doubt(const struct snapshot *repaired);
/* The class that lost most images beside those in `told`[n_told]; -1: none lost any. */
int defender_worst(const struct snapshot *repaired, const int *told, int n_told);
/* The class that the repair is about, else the first suspect; -1: none, or every class is one. */
int defender_target(const struct lab *lab);

#endif
