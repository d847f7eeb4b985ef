/* Which class a backdoor may lead to, as far as the net and clean images tell; triggers and
 * surrogate poisoned sets as files. */
#include "app/options/verb.h"

#include "app/headless/headless.h"
#include "app/report/provenance.h"
#include "app/results/results.h"
#include "engine/api/suspects.h"
#include "engine/base/escape.h"
#include "engine/base/folder.h"
#include "views/cells/view_state.h"
#include "views/facts/suspects.h"
#include "views/figures/exports.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* Before the long search: which classes will be found is not known, so none may be there. */
static bool check_folder(const struct arguments *arguments, struct error *err)
{
    const struct options *options = &arguments->options;
    char taken[256] = "";
    if (!options->out)
        return true;
    if (options->model && !options->clean)
        return fail_as(err, ERROR_USAGE,
            "--out writes triggers, which are inverted on clean images: give --clean FILE");
    if (!folder_make(options->out, 0777, err))
        return false;
    DIR *folder = options->force ? NULL : opendir(options->out);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strncmp(entry->d_name, "surrogate_", 10) == 0 ||
            strncmp(entry->d_name, "trigger_class", 13) == 0)
            snprintf(taken, sizeof taken, "%s", entry->d_name);
    if (folder)
        closedir(folder);
    return !taken[0] ||
           fail_as(err, ERROR_OUTPUT, "%s/%s: there is one already: give another --out, or --force",
               options->out, taken);
}

/* The pictures of each leading suspect, and what goes with them. */
static bool write_triggers(
    const struct arguments *arguments, const struct snapshot *s, struct error *err)
{
    struct provenance *provenance = provenance_create(arguments, err);
    bool good = provenance != NULL;
    for (int i = 0; good && i < suspects_listed(s->suspects); i++) {
        const struct suspect *suspect = suspects_at(s->suspects, i);
        struct view_state view_state = {.viewed = -1, .suspect = i};
        char stem[32], path[EXPORT_PATH];
        if (!suspect->trigger) /* behind the leading ones */
            break;
        snprintf(stem, sizeof stem, "trigger_class%d", suspect->class);
        struct export_request request = {.snapshot = s,
            .view_state = &view_state,
            .folder = arguments->options.out,
            .stem = stem,
            .formats = "png",
            .version = SECATEUR_VERSION,
            .force = arguments->options.force};
        provenance_tell(provenance, &request);
        good = exports_write(exports_find("trigger"), &request, path, err);
        if (good && strcmp(arguments->format, "text") == 0)
            escape_line(stdout, "%s", path);
    }
    provenance_destroy(provenance);
    return good;
}

static bool write_files(
    const struct arguments *arguments, struct headless *headless, struct error *err)
{
    return !arguments->options.out ||
           (headless_run(headless, &(struct command){.kind = COMMAND_SAVE_SURROGATES}, err) &&
               write_triggers(arguments, headless_snapshot(headless), err));
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    if (!check_folder(arguments, err))
        return false;
    struct headless *headless = headless_create(&arguments->options, err);
    if (!headless)
        return false;
    bool good = headless_run(headless, &(struct command){.kind = COMMAND_SUSPECTS}, err);
    if (good)
        results_find(arguments->format)->suspects(stdout, headless_snapshot(headless));
    good = good && write_files(arguments, headless, err);
    headless_destroy(headless);
    return good;
}

const struct verb verb_scan = {
    .name = "scan",
    .can = WORKS_ON_NET | SHARES | PRINTS | WRITES,
    .operand = "[NET]",
    .operand_is_net = true,
    .images_optional = true,
    .help = "which class a backdoor may lead to, without poisoned images",
    .about =
        "Searches, for every class, an input that makes its logit lead as far as possible: a\n"
        "class that a trigger was trained for reaches an unusually large lead. With --clean it\n"
        "then inverts a trigger for the first few classes, and for some others to compare\n"
        "with: the smaller the trigger, the more suspicious the class. One more trigger shows\n"
        "what it turns every class into: an all-to-all attack. With few classes a trigger for\n"
        "each pair shows an attack on one class alone. The verdict says which classes stand\n"
        "out, that nothing does, or what is in doubt, and why. Poisoned images are not\n"
        "used. Without --clean, --scale says how large the inputs are. --out DIR writes\n"
        "trigger_classN.png, and the clean images with the trigger on them,\n"
        "surrogate_classN.h5 (of an all-to-all trigger surrogate_map.h5): they serve as\n"
        "--poisoned, and every result says surrogate.",
    .examples =
        {
            {"secateur scan", "the built-in demo"},
            {"secateur scan net.h5 --clean valid.h5", "classes, and the triggers that lead there"},
            {"secateur scan net.h5 -c valid.h5 -o found", "pictures and surrogate images too"},
            {"secateur scan net.h5 --scale 1/255", "without any image"},
        },
    .run = run_verb,
};
