/* The embedded demo as files. */
#include "app/options/verb.h"

#include "app/options/files.h"
#include "engine/attack/demo.h"
#include "engine/base/escape.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const file_names[N_DEMO_SETS] = {
    [DEMO_CLEAN] = "valid.h5",
    [DEMO_POISONED] = "bd_valid.h5",
    [DEMO_TEST_CLEAN] = "test.h5",
    [DEMO_TEST_POISONED] = "bd_test.h5",
};
static const char net_name[] = "bd_net.h5";

static bool write_net(const char *folder, bool force, struct error *err)
{
    struct model *model = demo_model(err);
    if (!model)
        return false;
    char *path = memory_format("%s/%s", folder, net_name);
    bool good = model_save(model, model->network, path, force, err);
    if (good)
        escape_line(stdout, "%s", path);
    free(path);
    model_destroy(model);
    return good;
}

static bool write_set(
    const char *folder, enum demo_set set, struct thread_pool *pool, bool force, struct error *err)
{
    char *path = memory_format("%s/%s", folder, file_names[set]);
    bool good = files_may_write(path, force, err);
    struct dataset *dataset = good ? demo_dataset(set, 0, pool, NULL, NULL, err) : NULL;
    good = dataset && dataset_write(dataset, path, force, err);
    if (good)
        escape_line(stdout, "%s  %s, %d images", path, demo_name(set), dataset_count(dataset));
    dataset_unref(dataset);
    free(path);
    return good;
}

/* The line that opens it, for a shell. */
static void tell_how(const char *folder)
{
    const char *const names[] = {net_name, file_names[DEMO_CLEAN], file_names[DEMO_POISONED]};
    char *words[3];
    for (int i = 0; i < 3; i++) {
        char *path = memory_format("%s/%s", folder, names[i]);
        words[i] = escape_text(escape_shell_path, path);
        free(path);
    }
    putchar('\n');
    escape_line(
        stdout, "open it: secateur %s --clean %s --poisoned %s", words[0], words[1], words[2]);
    for (int i = 0; i < 3; i++)
        free(words[i]);
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const char *folder = arguments->options.out;
    bool force = arguments->options.force;
    if (!folder)
        return fail_as(err, ERROR_USAGE, "demo needs --out DIR, the folder for the files");
    if (!folder_make(folder, 0777, err) || !write_net(folder, force, err))
        return false;
    struct thread_pool *pool = thread_pool_create(arguments->options.threads);
    if (thread_pool_shortage(pool))
        escape_line(stderr, "secateur: %s", thread_pool_shortage(pool));
    bool good = true;
    for (int set = 0; set < N_DEMO_SETS && good; set++)
        good = write_set(folder, (enum demo_set)set, pool, force, err);
    thread_pool_destroy(pool);
    if (good)
        tell_how(folder);
    return good;
}

const struct verb verb_demo = {
    .name = "demo",
    .can = COMPUTES | WRITES,
    .help = "write the built-in demo's net and images as files",
    .about = "Writes the built-in net and its four image sets as files, as in the lab, to try\n"
             "things with.",
    .examples =
        {
            {"secateur demo --out demo", "then: secateur eval demo/... as for your own net"},
        },
    .run = run_verb,
};
