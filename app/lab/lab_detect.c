/* The nets as they were saved against the net as it came: validation and, where there are some,
 * test images, which choose nothing. */
#include "app/lab/lab.h"
#include "app/headless/headless.h"
#include "engine/base/memory.h"

#include <stdlib.h>

static void take(struct lab *lab, const struct snapshot *detected)
{
    const struct detection *d = detected->detection;
    lab->detected = detected;
    snapshot_ref(detected);
    for (int i = 0, at = 0; i < lab->n_nets; i++)
        if (lab->nets[i].round >= 0)
            lab->nets[i].found = &d->nets[at++];
    for (int set = 0; set < N_SETS; set++)
        lab->n_test[set] = d->n[DATA_TEST][set];
}

bool lab_detect(struct lab *lab, struct error *err)
{
    struct options options = lab->options;
    char *paths[LAB_NETS] = {NULL};
    options.out = NULL;
    options.pixels = &lab->sweep->scaling;
    options.n_repaired = 0;
    for (int i = 0; i < lab->n_nets; i++)
        if (lab->nets[i].round >= 0) {
            paths[i] = memory_format("%s/%s", lab->folder, lab->nets[i].file);
            options.repaired[options.n_repaired++] = paths[i];
        }
    if (options.n_repaired == 0) /* B beside itself, for its test images */
        options.repaired[options.n_repaired++] = options.model;
    struct headless *headless = headless_create(&options, err);
    struct command test = {.kind = COMMAND_TEST}; /* the trivial defence there */
    struct command detect = {.kind = COMMAND_DETECT, .number = options.test_clean != NULL};
    bool good = headless && (!options.test_clean || headless_run(headless, &test, err)) &&
                headless_run(headless, &detect, err);
    if (good)
        take(lab, headless_snapshot(headless));
    headless_destroy(headless);
    for (int i = 0; i < lab->n_nets; i++)
        free(paths[i]);
    return good;
}
