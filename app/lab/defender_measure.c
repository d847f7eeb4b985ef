/* Search, repair, save; then the test images judge the net as it came and the repaired one. */
#include "app/lab/defender.h"
#include "app/lab/lab_parts.h"

#include "engine/api/suspects.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/io/nets/model.h"

#include <stdio.h>
#include <stdlib.h>

static bool save(struct lab *lab, struct headless *headless, struct error *err)
{
    struct lab_net *net = &lab->healed;
    *net = (struct lab_net){.round = lab->defended->position, .name = "repaired net"};
    snprintf(net->file, sizeof net->file, DEFENDER_FILE "%s", model_ending(lab->options.model));
    char *path = memory_format("%s/%s", lab->folder, net->file);
    bool good = lab_run(headless, COMMAND_SAVE, 0, path, err) && lab_note(lab, net->file, err);
    free(path);
    return good;
}

static bool defend(struct lab *lab, struct headless *headless, struct error *err)
{
    if (!lab_run(headless, COMMAND_SUSPECTS, 0, "", err))
        return false;
    lab->searched = lab_keep(headless);
    if (!lab_run(headless, COMMAND_REPAIR, -1, "", err))
        return false;
    lab->defended = lab_keep(headless);
    return save(lab, headless, err);
}

/* A net on the test images, or else the validation images, read as its pixels were read before. */
static bool judge(
    struct lab *lab, const char *net, const struct snapshot **judged, struct error *err)
{
    struct options options = lab->options;
    options.model = net;
    if (lab->judged_by_tests) {
        options.clean = options.test_clean;
        options.poisoned = options.test_poisoned;
        options.clean_names = options.test_clean_names;
        options.poisoned_names = options.test_poisoned_names;
    }
    options.test_clean = options.test_poisoned = options.out = NULL;
    options.pixels = &lab->searched->scaling;
    struct headless *headless = headless_create(&options, err);
    if (headless)
        *judged = lab_keep(headless);
    headless_destroy(headless);
    return headless != NULL;
}

bool defender_measure(struct lab *lab, struct error *err)
{
    struct options options = lab->options;
    options.out = NULL; /* nothing is saved on the way */
    options.poisoned = options.test_clean = options.test_poisoned = NULL;
    options.force = lab->force;
    struct headless *headless = headless_create(&options, err);
    bool good = headless && defend(lab, headless, err);
    headless_destroy(headless);
    if (good && lab->defends)
        lab->sweep = refcount_ref(lab->searched);
    lab->judged_by_tests = lab->options.test_clean != NULL;
    if (!good || (!lab->judged_by_tests && lab->defends))
        return good;
    char *path = memory_format("%s/%s", lab->folder, lab->healed.file);
    good = judge(lab, lab->options.model, &lab->judged[0], err) &&
           judge(lab, path, &lab->judged[1], err);
    for (int set = 0; good && lab->defends && set < N_SETS; set++)
        lab->n_test[set] = lab->judged[0]->n_images[set];
    free(path);
    return good;
}

int defender_target(const struct lab *lab)
{
    const struct snapshot *s = lab->defended;
    const struct suspects *suspects = lab->searched->suspects;
    int target = s->branch >= 0 && s->branch < s->n_branches && s->branches[s->branch].repair.name
                     ? s->branches[s->branch].repair.target
                     : -1;
    bool named = suspects &&
                 (suspects->verdict == SUSPECTS_CLASSES || suspects->verdict == SUSPECTS_UNCLEAR);
    return target >= 0 ? target : named ? suspects->suspect[0].class : -1;
}

struct defender_cost defender_cost(const struct snapshot *s, int class)
{
    const uint16_t *before = s->rounds[0]->predicted[SET_CLEAN];
    const uint16_t *after = s->rounds[s->position]->predicted[SET_CLEAN];
    struct defender_cost cost = {0};
    for (int i = 0; before && after && i < s->n_images[SET_CLEAN]; i++) {
        int label = s->labels[SET_CLEAN][i];
        if (class >= 0 && label != class)
            continue;
        cost.n++;
        cost.before += before[i] == label;
        cost.after += after[i] == label;
    }
    return cost;
}

int defender_worst(const struct snapshot *s, const int *told, int n_told)
{
    int worst = -1, most = 0;
    for (int class = 0; class < s->n_classes; class ++) {
        bool known = false;
        for (int i = 0; i < n_told; i++)
            known = known || told[i] == class;
        const struct defender_cost cost =
            known ? (struct defender_cost){0} : defender_cost(s, class);
        if (cost.before - cost.after > most) {
            worst = class;
            most = cost.before - cost.after;
        }
    }
    return worst;
}
