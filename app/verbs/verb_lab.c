/* The whole exercise in a folder. */
#include "app/lab/defender.h"
#include "app/lab/lab_record.h"
#include "app/options/files.h"
#include "app/options/verb.h"
#include "engine/attack/demo.h"
#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "engine/base/thread_pool.h"
#include "engine/base/escape.h"
#include "engine/base/folder.h"
#include "engine/io/nets/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const roles[LAB_INPUTS] = {"net", "architecture", "clean validation",
    "poisoned validation", "clean test", "poisoned test", "external data"};
static const char *const demo_files[LAB_INPUTS] = {
    "bd_net.h5", NULL, "valid.h5", "bd_valid.h5", "test.h5", "bd_test.h5", NULL};

static bool write_demo_set(const char *path, int set, struct thread_pool *pool, struct error *err)
{
    struct dataset *dataset = demo_dataset((enum demo_set)set, 0, pool, NULL, NULL, err);
    bool good = dataset && dataset_write(dataset, path, false, err);
    dataset_unref(dataset);
    return good;
}

static bool write_demo_net(const char *path, struct error *err)
{
    struct model *model = demo_model(err);
    bool good = model && model_save(model, model->network, path, false, err);
    model_destroy(model);
    return good;
}

/* The demo becomes files in the folder, so that the report's commands can be repeated. */
static bool demo_inputs(struct lab *lab, struct error *err)
{
    struct thread_pool *pool = thread_pool_create(lab->options.threads);
    bool good = true;
    for (int i = 0; i < LAB_INPUTS && good; i++) {
        if (!demo_files[i])
            continue;
        char *path = lab->inputs[i].path = memory_format("%s/%s", lab->folder, demo_files[i]);
        if (access(path, F_OK) == 0)
            continue;
        good = i == 0 ? write_demo_net(path, err) : write_demo_set(path, i - 2, pool, err);
    }
    thread_pool_destroy(pool);
    return good;
}

static bool take_inputs(struct lab *lab, struct error *err)
{
    struct options *o = &lab->options;
    const char **fields[LAB_INPUTS] = {&o->model, &o->architecture, &o->clean, &o->poisoned,
        &o->test_clean, &o->test_poisoned, &o->external_data};
    if (!o->model && !demo_inputs(lab, err))
        return false;
    for (int i = 0; i < LAB_INPUTS; i++) {
        struct lab_input *input = &lab->inputs[i];
        input->role = roles[i];
        if (!input->path)
            input->path = memory_string(*fields[i]);
        *fields[i] = input->path;
        if (input->path && !digest_file(input->path, input->sha, err))
            return false;
    }
    return true;
}

static bool not_there(const struct lab *lab, const char *name, struct error *err)
{
    char *path = memory_format("%s/%s", lab->folder, name);
    bool good = files_may_write(path, lab->force, err);
    free(path);
    return good;
}

/* Before long work, and before lab.json calls the folder's files its own: none that may be
 * written is there. */
static bool nothing_there(const struct lab *lab, struct error *err)
{
    static const char *const names[] = {"report.html", "report.md", "lab.csv", "curves.svg",
        "curves.csv", "curves.tex", "curves_suggested.svg", "curves_suggested.csv",
        "curves_suggested.tex", "roc.svg", "roc.csv", "roc.tex", "thresholds.svg", "thresholds.csv",
        "thresholds.tex", "goodnet.svg", "goodnet.csv", "goodnet.tex", "trigger.svg", "trigger.csv",
        "trigger.tex", "suspect.svg", "suspect.csv", "suspect.tex", "curves_repair.svg",
        "curves_repair.csv", "curves_repair.tex"};
    char name[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!not_there(lab, names[i], err))
            return false;
    for (int i = 0; i < lab->options.n_thresholds; i++) {
        snprintf(name, sizeof name, "repaired_T%g%s", lab->options.thresholds[i],
            model_ending(lab->options.model));
        if (!not_there(lab, name, err))
            return false;
    }
    static const char *const nets[] = {"repaired_suggested", DEFENDER_FILE};
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s%s", nets[i], model_ending(lab->options.model));
        if (!not_there(lab, name, err))
            return false;
    }
    static const char *const endings[] = {"png", "csv", "tex"};
    for (int i = 0; i < 3 * LAB_FACES; i++) {
        snprintf(name, sizeof name, "face_%d.%s", i / 3 + 1, endings[i % 3]);
        if (!not_there(lab, name, err))
            return false;
    }
    return true;
}

static bool write_text(struct lab *lab, const char *name, char *text, struct error *err)
{
    char *path = memory_format("%s/%s", lab->folder, name);
    bool good = atomic_write(path, text, strlen(text), lab->force, err) && lab_note(lab, name, err);
    free(path);
    free(text);
    return good;
}

static bool work(struct lab *lab, struct error *err)
{
    struct document document;
    bool measured = lab_record_write(lab, false, err) && (lab->defends || lab_measure(lab, err)) &&
                    (!lab->defender || defender_measure(lab, err));
    if (!measured)
        return false;
    char *title = memory_format("Backdoor lab: %s", lab->sweep->model_name);
    document_init(&document, title);
    free(title);
    bool reported =
        lab->defends ? defender_report(lab, &document, err) : lab_report(lab, &document, err);
    bool good = reported && write_text(lab, "report.html", document_html(&document), err) &&
                write_text(lab, "report.md", document_markdown(&document), err) &&
                write_text(lab, "lab.csv", document_csv(&document), err) &&
                lab_record_write(lab, true, err);
    document_finish(&document);
    return good;
}

/* The results in the format asked for are one of the files. */
static bool show(const struct lab *lab, const char *format, struct error *err)
{
    const char *name = strcmp(format, "json") == 0  ? "lab.json"
                       : strcmp(format, "csv") == 0 ? "lab.csv"
                                                    : "report.md";
    char *path = memory_format("%s/%s", lab->folder, name);
    char buffer[65536];
    size_t got;
    FILE *file = fopen(path, "rb");
    bool good = file || fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    while (file && (got = fread(buffer, 1, sizeof buffer, file)) > 0)
        fwrite(buffer, 1, got, stdout);
    if (file)
        fclose(file);
    free(path);
    return good;
}

static bool start(struct lab *lab, enum lab_state *state, struct error *err)
{
    *state = LAB_NEW;
    if (!folder_make(lab->folder, 0777, err) || !take_inputs(lab, err))
        return false;
    if (!lab->force && !lab_record_read(lab, state, err))
        return false;
    lab->force = lab->force || *state == LAB_STARTED; /* what is there is its own */
    return *state != LAB_NEW || nothing_there(lab, err);
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    if (!options->out)
        return fail_as(err, ERROR_USAGE, "lab needs --out DIR, the folder for nets and report");
    bool defends = options->model && !options->poisoned;
    if (options->test_clean && !options->test_poisoned && !defends)
        return fail_as(err, ERROR_USAGE, "--test-clean needs --test-poisoned");
    struct lab *lab = memory_array(1, sizeof *lab);
    *lab = (struct lab){.folder = options->out,
        .force = options->force,
        .options = *options,
        .defends = defends,
        .defender = arguments->defender || defends};
    enum lab_state state;
    bool good = start(lab, &state, err) && (state == LAB_FINISHED || work(lab, err)) &&
                show(lab, arguments->format, err);
    if (good)
        escape_line(stderr,
            state == LAB_FINISHED ? "%s: already done, nothing to do"
                                  : "wrote %s/report.html and the nets beside it",
            lab->folder);
    snapshot_unref(lab->sweep);
    snapshot_unref(lab->repair);
    snapshot_unref(lab->detected);
    snapshot_unref(lab->searched);
    snapshot_unref(lab->defended);
    snapshot_unref(lab->judged[0]);
    snapshot_unref(lab->judged[1]);
    for (int i = 0; i < LAB_INPUTS; i++)
        free(lab->inputs[i].path);
    free(lab);
    return good;
}

const struct verb verb_lab = {
    .name = "lab",
    .can = WORKS_ON_NET | PRUNES | KEEPS_NETS | PRINTS | WRITES | EXERCISES,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "do the whole exercise: measure, prune, save nets, test, report",
    .about = "Measures the net, examines its layers, prunes one layer to the end, saves the\n"
             "repaired net of each threshold and the suggested repair, evaluates GoodNet and the\n"
             "test images, and writes report.html, report.md, lab.csv and lab.json. A second run\n"
             "makes only what is missing.\n"
             "Then it is the exercise of a defender: suspects are searched, the net is repaired\n"
             "with the clean images alone, and poisoned images judge it in the end. Without\n"
             "--poisoned this is all.",
    .examples =
        {
            {"secateur lab --out lab", "the built-in demo"},
            {"secateur lab net.h5 -c valid.h5 -p bd_valid.h5 --out lab", "your own net"},
            {"secateur lab net.h5 -c valid.h5 --out lab", "with clean images alone"},
        },
    .run = run_verb,
};
