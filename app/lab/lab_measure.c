/* The exercise: baseline, examination, sweep, repair, tests; saves the nets. */
#include "app/lab/lab.h"
#include "app/lab/lab_parts.h"
#include "engine/base/memory.h"
#include "engine/io/nets/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool lab_is_repair(const struct lab *lab, const struct lab_net *net)
{
    return lab->repair && net == &lab->nets[lab->n_nets - 1];
}

const struct knowledge *lab_known(const struct lab *lab, const struct lab_net *net)
{
    return lab_is_repair(lab, net) ? &lab->repair->known
                                   : &lab->sweep->thresholds[net - lab->nets].known;
}

const struct snapshot *lab_snapshot(const struct lab *lab, const struct lab_net *net)
{
    return lab_is_repair(lab, net) ? lab->repair : lab->sweep;
}

bool lab_note(struct lab *lab, const char *name, struct error *err)
{
    if (lab->n_outputs == LAB_OUTPUTS)
        return fail_as(
            err, ERROR_FAILED, "%s: too many files, at most %d", lab->folder, LAB_OUTPUTS);
    struct lab_output *output = &lab->outputs[lab->n_outputs++];
    snprintf(output->name, sizeof output->name, "%s", name);
    char *path = memory_format("%s/%s", lab->folder, name);
    bool good = digest_file(path, output->sha, err);
    free(path);
    return good;
}

bool lab_run(struct headless *headless, enum command_kind kind, int number, const char *text,
    struct error *err)
{
    struct command command = {.kind = kind, .number = number};
    if (snprintf(command.text, sizeof command.text, "%s", text) >= COMMAND_TEXT)
        return fail_as(err, ERROR_OUTPUT, "%s: the name is too long", text);
    return headless_run(headless, &command, err);
}

const struct snapshot *lab_keep(struct headless *headless)
{
    const struct snapshot *snapshot = headless_snapshot(headless);
    snapshot_ref(snapshot);
    return snapshot;
}

/* The net after the first `round` channels, as a file of the folder. */
static bool save(struct lab *lab, struct headless *headless, struct lab_net *net, struct error *err)
{
    char *path = memory_format("%s/%s", lab->folder, net->file);
    bool good = headless_snapshot(headless)->position == net->round ||
                lab_run(headless, COMMAND_JUMP, net->round, "", err);
    good = good && lab_run(headless, COMMAND_SAVE, 0, path, err) && lab_note(lab, net->file, err);
    free(path);
    return good;
}

static bool sweep(struct lab *lab, struct headless *headless, struct error *err)
{
    if (!lab_run(headless, COMMAND_EXAMINE, 0, "", err) ||
        !lab_run(headless, COMMAND_RUN, 0, "", err))
        return false;
    lab->sweep = lab_keep(headless);
    for (int i = 0; i < lab->sweep->n_thresholds; i++) {
        const struct threshold *threshold = &lab->sweep->thresholds[i];
        struct lab_net *net = &lab->nets[lab->n_nets++];
        *net = (struct lab_net){.points = threshold->points, .round = threshold->round};
        snprintf(net->name, sizeof net->name, "B′(%g)", net->points);
        snprintf(net->file, sizeof net->file, "repaired_T%g%s", net->points,
            model_ending(lab->options.model));
        if (net->round >= 0 && !save(lab, headless, net, err))
            return false;
    }
    return true;
}

static bool repair(struct lab *lab, struct headless *headless, struct error *err)
{
    int best = lab->sweep->suggested;
    const struct site_line *site = best >= 0 ? &lab->sweep->sites[best] : NULL;
    if (!site || !site->repair_criterion || site->repair_channels <= 0)
        return true;
    struct lab_net net = {.round = site->repair_channels, .name = "suggested repair"};
    snprintf(net.file, sizeof net.file, "repaired_suggested%s", model_ending(lab->options.model));
    if (!lab_run(headless, COMMAND_REPAIR, -1, "prune", err))
        return false;
    lab->nets[lab->n_nets] = net;
    if (!save(lab, headless, &lab->nets[lab->n_nets], err))
        return false;
    lab->repair = lab_keep(headless);
    lab->n_nets++;
    return true;
}

bool lab_measure(struct lab *lab, struct error *err)
{
    struct options options = lab->options;
    options.out = NULL; /* nothing is saved on the way */
    options.test_clean = options.test_poisoned = NULL;
    options.force = lab->force;
    struct headless *headless = headless_create(&options, err);
    bool good = headless && sweep(lab, headless, err) && repair(lab, headless, err);
    headless_destroy(headless);
    return good && lab_detect(lab, err);
}
