/* Command suspects: which classes a backdoor may lead to. Scans all classes without any image, then
 * inverts a trigger for the first few, and for a few others to compare with, on clean images, looks
 * for the class map that one perturbation causes, and judges.
 * Poisoned and test images are not looked at. */
#include "engine/session/commands/forms.h"
#include "engine/session/commands/suspects_inversion.h"
#include "engine/session/machine/fields.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_trigger.h"
#include "engine/session/machine/session_verdict.h"
#include "engine/session/state/pixel_search.h"

#include "engine/api/suspects.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/defence/suspects/target_scan.h"

#include <stdlib.h>
#include <string.h>

/* The scaling of pixels: found from the clean images, or given. */
static bool find_scaling(
    const struct session *session, struct pixel_scaling *scaling, struct error *err)
{
    const struct network *network = session_network(session);
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    *scaling = session->scaling;
    if (scaling->n > 0)
        return true;
    int n =
        pixel_trials(&session->options, &network->layers[network->input].shape, NULL, trials, err);
    *scaling = trials[0].scaling;
    if (n > 1)
        fail_as(err, ERROR_USAGE,
            "%s: the range of its inputs is not known; give --scale 1 for 0 to 255, --scale 1/255 "
            "for 0 to 1, or clean images with --clean FILE",
            session->description->model_name);
    return n == 1;
}

static bool scan_classes(
    struct session *session, struct suspects *suspects, struct suspect *suspect, struct error *err)
{
    const struct network *network = session_network(session);
    struct target_scan_options options = target_scan_defaults(suspects->low, suspects->high);
    struct target_scan_hooks hooks = {session_progress, session, session->hooks.stop};
    struct target_scan_class *found = memory_array((size_t)network->n_classes, sizeof *found);
    session_activity(session, PHASE_SCANNING, "searching %d classes for a target", suspects->n);
    bool good = target_scan(network, session->pool, &options, &hooks, found, err);
    for (int i = 0; good && i < suspects->n; i++)
        suspect[i] = (struct suspect){.class = found[i].class,
            .margin = found[i].margin,
            .outlier = found[i].outlier,
            .whole = found[i].stayed,
            .mask = -1};
    free(found);
    return good;
}

static void judge_margins(
    const struct session *session, struct suspects *suspects, struct suspect *suspect)
{
    bool *compared = memory_array((size_t)suspects->n, sizeof *compared);
    session_judge_suspects(session, compared, NULL, suspects, suspect);
    free(compared);
}

static bool work(struct session *session, struct error *err)
{
    struct pixel_scaling scaling;
    session->work.unit = NULL;
    if (!find_scaling(session, &scaling, err))
        return false;
    struct suspects *suspects = refcount_create(sizeof *suspects, suspects_finish);
    suspects->n = session_network(session)->n_classes;
    suspects->other_mask = -1;
    suspects->source = -1;
    struct suspect *suspect = memory_array((size_t)suspects->n, sizeof *suspect);
    suspects->suspect = suspect;
    const struct picture_scale scale = session_picture_scale(session, &scaling);
    session_input_range(&scale, &suspects->low, &suspects->high);
    const struct suspects *before = refcount_ref(session->suspects);
    bool good = scan_classes(session, suspects, suspect, err);
    if (good && session->description->sets[SET_CLEAN])
        good = suspects_invert(session, suspects, suspect, err);
    else if (good)
        judge_margins(session, suspects, suspect);
    refcount_unref(session->suspects);
    session->suspects = good ? suspects : before;
    refcount_unref(good ? before : suspects);
    return good;
}

static bool run(struct session *session, const struct command *command, struct error *err)
{
    (void)command, (void)err;
    session->work.unit = work;
    return true;
}

/* Which classes a backdoor may lead to (suspects.h). It needs no image; poisoned ones are never
 * looked at. */
const struct engine_command engine_command_suspects = {
    .name = "suspects",
    .begins = "a search for suspects",
    .net_alone = true,
    .run = run,
};
