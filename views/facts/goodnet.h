/* The lab's repaired net G: what the unpruned net B and a repaired net B' agree on, else class
 * N+1. Counted from the predictions of both, on the validation images. Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_GOODNET_H
#define SECATEUR_VIEWS_FACTS_GOODNET_H

#include "engine/api/detection.h"
#include "engine/measures/number.h"

struct goodnet {
    int n[N_SETS];        /* images */
    int labelled[N_SETS]; /* G says the label: right on clean, hit on poisoned */
    int flagged[N_SETS];  /* G says N+1 */
};

/* All counts of a round's predictions and those of B; against true classes of poisoned images too,
 * once a detection knows them. False when predictions are not known. */
bool goodnet_defence(const struct snapshot *snapshot, int repaired_round, struct defence *defence);
/* The same in short. */
bool goodnet_count(const struct snapshot *snapshot, int repaired_round, struct goodnet *goodnet);

/* What is said of B, B' and G on one set. */
enum goodnet_who { WHO_B, WHO_REPAIRED, WHO_GOOD, N_WHO };
struct goodnet_measure {
    const char *name, *label, *help; /* "false_alarms", "false alarms" */
    bool more_is_better;
    int count[N_WHO], n; /* count -1: says nothing of that net; n 0: not known */
};
enum { GOODNET_MEASURES = 8 };
void goodnet_measures(
    const struct defence *defence, struct goodnet_measure measures[GOODNET_MEASURES]);
/* Defence effectiveness rating against B, -1: not known or B itself. */
double goodnet_rating(const struct defence *defence, enum goodnet_who who);

/* The repaired nets that can be told of: B' of each threshold that was crossed, the round that is
 * looked at, files of the last detection. */
struct goodnet_line {
    char name[DETECTION_NAME];       /* "B′(4)", "seen" */
    int round;                       /* -1: a file */
    const struct detection_net *net; /* the same in the last detection, NULL: not there */
    struct defence defence;          /* on the validation images */
};
/* A net's name as figures and tables write it: "B′(4)". */
enum { GOODNET_NAME = DETECTION_NAME + 4 };
const char *goodnet_name(const struct detection_net *net, char text[GOODNET_NAME]);

enum { GOODNET_LINES = 40 };
int goodnet_lines(
    const struct snapshot *snapshot, int viewed, struct goodnet_line lines[GOODNET_LINES]);

#endif
