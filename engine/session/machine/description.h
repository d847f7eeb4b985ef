/* The net and the images of a session, and what is measured of each site.
 * Owner: the session; the description is counted, snapshots share it. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_DESCRIPTION_H
#define SECATEUR_ENGINE_SESSION_MACHINE_DESCRIPTION_H

#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/prune/scan/scan.h"
#include "engine/session/state/attack.h"

/* What never changes once it is open; other images make another one. */
struct description {
    const struct description
        *from;         /* counted: whose net, and what else, this borrows; NULL: none */
    bool borrows_sets; /* the attack and the split of the clean images, too */
    struct model *model;
    struct dataset *sets[N_SETS], *tests[N_SETS]; /* tests: NULL until they were read */
    struct attack *attack, *test_attack;          /* NULL: no poisoned images, or not read yet */
    const char *doubt, *test_doubt;               /* "swapped?", of a pair of sets; NULL: none */
    char *model_name;
    int n_layers;
    struct layer_line *layers; /* [n_layers] */
    char **shapes;             /* [n_layers] "10x8x60" */
    struct prune_sites *sites;
    bool *held_out;   /* [n clean] no repair learns from it */
    uint16_t *second; /* [n clean] next best class of the net as it came */
};

/* Files that options name and that came while the session ran. */
struct changed_files {
    int n;
    char **path;      /* [n], NULL among them */
    unsigned changes; /* how often one took the place of another */
};

/* What is known of one site. */
struct site_state {
    struct channel_sums *sums[N_SETS];      /* [n_channels], NULL: no such images */
    const struct channel_activation *shown; /* the same for snapshots, counted */
    double *evidence[N_EVIDENCE];           /* [n_channels] each, NULL: not measured */
    struct separation separation;
    bool scanned;
    struct finding finding;
};

#endif
