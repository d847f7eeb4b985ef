#include "app/driver.h"
#include "app/lab.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool lab_is_repair(const struct lab *lab, const struct lab_net *net)
{
    return lab->repair && net == &lab->nets[lab->n_nets - 1];
}

const struct snapshot *lab_snapshot(const struct lab *lab, const struct lab_net *net)
{
    return lab_is_repair(lab, net) ? lab->repair : lab->sweep;
}

bool lab_note(struct lab *lab, const char *name, struct error *err)
{
    if (lab->n_outputs == LAB_OUTPUTS)
        return fail_as(err, ERROR_FAILED, "%s: more than %d files", lab->folder, LAB_OUTPUTS);
    struct lab_output *output = &lab->outputs[lab->n_outputs++];
    snprintf(output->name, sizeof output->name, "%s", name);
    char *path = memory_format("%s/%s", lab->folder, name);
    bool good = digest_file(path, output->sha, err);
    free(path);
    return good;
}

static bool run(
    struct driver *driver, enum command_kind kind, int number, const char *text, struct error *err)
{
    struct command command = {.kind = kind, .number = number};
    if (snprintf(command.text, sizeof command.text, "%s", text) >= COMMAND_TEXT)
        return fail_as(err, ERROR_OUTPUT, "%s: the name is too long", text);
    return driver_run(driver, &command, err);
}

static const struct snapshot *keep(struct driver *driver)
{
    const struct snapshot *snapshot = driver_snapshot(driver);
    snapshot_ref(snapshot);
    return snapshot;
}

/* The net after the first `round` channels, as a file of the folder. */
static bool save(struct lab *lab, struct driver *driver, struct lab_net *net, struct error *err)
{
    char *path = memory_format("%s/%s", lab->folder, net->file);
    bool good = driver_snapshot(driver)->position == net->round ||
                run(driver, COMMAND_JUMP, net->round, "", err);
    good = good && run(driver, COMMAND_SAVE, 0, path, err) && lab_note(lab, net->file, err);
    free(path);
    return good && (goodnet_count(driver_snapshot(driver), net->round, &net->good) ||
                       fail_as(err, ERROR_FAILED, "%s: predictions are not known", net->file));
}

static bool sweep(struct lab *lab, struct driver *driver, struct error *err)
{
    if (!run(driver, COMMAND_SCAN, 0, "", err) || !run(driver, COMMAND_RUN, 0, "", err))
        return false;
    lab->sweep = keep(driver);
    for (int i = 0; i < lab->sweep->n_thresholds; i++) {
        const struct threshold *threshold = &lab->sweep->thresholds[i];
        struct lab_net *net = &lab->nets[lab->n_nets++];
        *net = (struct lab_net){.points = threshold->points, .round = threshold->round};
        snprintf(net->name, sizeof net->name, "B′(%g)", net->points);
        snprintf(net->file, sizeof net->file, "repaired_T%g.h5", net->points);
        if (net->round >= 0 && !save(lab, driver, net, err))
            return false;
    }
    return true;
}

static bool repair(struct lab *lab, struct driver *driver, struct error *err)
{
    int best = lab->sweep->suggested;
    const struct site_line *site = best >= 0 ? &lab->sweep->sites[best] : NULL;
    if (!site || !site->repair_criterion || site->repair_channels <= 0)
        return true;
    struct lab_net net = {.round = site->repair_channels,
        .name = "suggested repair",
        .file = "repaired_suggested.h5"};
    if (!run(driver, COMMAND_REPAIR, 0, "", err))
        return false;
    lab->nets[lab->n_nets] = net;
    if (!save(lab, driver, &lab->nets[lab->n_nets], err))
        return false;
    lab->repair = keep(driver);
    lab->n_nets++;
    return true;
}

/* Prunes on the test images what was chosen on the validation images, in the same order. */
static bool follow(
    struct driver *driver, const struct snapshot *chosen, int rounds, struct error *err)
{
    for (int i = 1; i <= rounds; i++)
        if (!run(driver, COMMAND_PRUNE, chosen->rounds[i]->channel, "", err))
            return false;
    return true;
}

static bool test_net(struct lab_net *net, const struct snapshot *test, struct error *err)
{
    if (!goodnet_count(test, net->round, &net->good_test))
        return fail_as(err, ERROR_FAILED, "%s: test predictions are not known", net->name);
    net->tested = true;
    net->test_correct = test->rounds[net->round]->clean_correct;
    net->test_hits = test->rounds[net->round]->attack_hits;
    return true;
}

static bool test_nets(struct lab *lab, struct driver *driver, struct error *err)
{
    int rounds = 0, n_sweep = lab->n_nets - (lab->repair != NULL);
    for (int i = 0; i < n_sweep; i++)
        rounds = lab->nets[i].round > rounds ? lab->nets[i].round : rounds;
    if (!follow(driver, lab->sweep, rounds, err))
        return false;
    const struct snapshot *s = driver_snapshot(driver);
    memcpy(lab->n_test, s->n_images, sizeof lab->n_test);
    lab->test_correct = s->rounds[0]->clean_correct;
    lab->test_hits = s->rounds[0]->attack_hits;
    for (int i = 0; i < n_sweep; i++)
        if (lab->nets[i].round >= 0 && !test_net(&lab->nets[i], s, err))
            return false;
    if (!lab->repair)
        return true;
    struct lab_net *net = &lab->nets[n_sweep];
    bool moved = lab->repair->site != lab->sweep->site;
    bool good = moved ? run(driver, COMMAND_LAYER, lab->repair->site, "", err)
                      : rounds == 0 || run(driver, COMMAND_RESET, 0, "", err);
    return good && follow(driver, lab->repair, net->round, err) &&
           test_net(net, driver_snapshot(driver), err);
}

/* The test sets stand where validation stood; scale and target are those already found. */
static bool measure_tests(struct lab *lab, struct error *err)
{
    struct options options = lab->options;
    if (!options.test_clean)
        return true;
    options.clean = options.test_clean;
    options.poisoned = options.test_poisoned;
    options.test_clean = options.test_poisoned = NULL;
    options.out = NULL;
    options.scale = lab->sweep->scale;
    options.layer = lab->sweep->sites[lab->sweep->site].name;
    options.criterion = options.order = NULL;
    struct driver *driver = driver_create(&options, err);
    bool good = driver && test_nets(lab, driver, err);
    driver_destroy(driver);
    return good;
}

bool lab_measure(struct lab *lab, struct error *err)
{
    struct options options = lab->options;
    options.out = NULL; /* nothing is kept on the way */
    options.test_clean = options.test_poisoned = NULL;
    options.force = lab->force;
    struct driver *driver = driver_create(&options, err);
    bool good = driver && sweep(lab, driver, err) && repair(lab, driver, err);
    driver_destroy(driver);
    return good && measure_tests(lab, err);
}
