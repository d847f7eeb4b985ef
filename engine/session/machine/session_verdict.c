/* Between the search in defence/suspects and what the door shows of it. */
#include "engine/session/machine/session_verdict.h"

#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_trigger.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/defence/suspects/verdict.h"

#include <stdio.h>
#include <stdlib.h>

/* Of the class map, where there are few classes: the smaller mask counts. */
enum { SEEDS = 2, FEW = 40, TO_OTHERS = -1 };

struct showing {
    struct session *session;
    struct picture_scale scale;
    int done, total;
};

static bool shown(void *context, const struct inversion_trigger *trigger, int step, int steps)
{
    struct showing *showing = context;
    struct session *session = showing->session;
    if (step == steps)
        session_forget_trigger(session); /* the last one is shown, and taken, whenever it comes */
    session_show_trigger(
        session, &showing->scale, trigger, TO_OTHERS, showing->done + step, showing->total);
    session_progress(session, showing->done + step, showing->total);
    return !session->hooks.stop || !atomic_load(session->hooks.stop);
}

static void take(struct session *session, const struct class_map *map, struct suspects *suspects)
{
    struct suspects_way *ways = memory_array((size_t)suspects->n, sizeof *ways);
    for (int i = 0; i < suspects->n; i++)
        ways[i] = (struct suspects_way){map->row[i].n, map->row[i].to, map->row[i].share};
    free((void *)suspects->ways);
    refcount_unref(suspects->map_trigger);
    suspects->ways = ways;
    suspects->map_mask = map->mask;
    suspects->map_rule = map->kind == CLASS_MAP_TO_ALL;
    suspects->map_shift = map->shift;
    suspects->map_trigger = refcount_ref(session->repair.forming);
}

bool session_find_map(struct session *session, const float *pixels, int steps, double weight,
    double rate, struct suspects *suspects, struct error *err)
{
    int seeds = suspects->n <= FEW ? SEEDS : 1;
    struct showing showing = {
        session, session_picture_scale(session, &session->scaling), 0, seeds * steps};
    const struct class_map_hooks hooks = {shown, &showing};
    session_activity(session, PHASE_SCANNING, "searching what one trigger does to all classes");
    for (int seed = 1; seed <= seeds; seed++) {
        struct class_map map;
        const struct class_map_options options = {
            suspects->low, suspects->high, steps, weight, rate, (uint64_t)seed};
        if (!class_map_find(session_network(session), session->pool, pixels, suspects->n_images,
                &options, &hooks, &map, err))
            return false;
        bool better =
            !suspects->ways || (map.kind == CLASS_MAP_TO_ALL && !suspects->map_rule) ||
            ((map.kind == CLASS_MAP_TO_ALL) == suspects->map_rule && map.mask < suspects->map_mask);
        if (better)
            take(session, &map, suspects);
        class_map_finish(&map);
        showing.done += steps;
    }
    return true;
}

/* The map in the words of the engine below. */
static struct class_map map_of(const struct suspects *suspects)
{
    struct class_map map = {.n_classes = suspects->n, .mask = suspects->map_mask};
    map.row = memory_array((size_t)suspects->n, sizeof *map.row);
    for (int i = 0; i < suspects->n; i++)
        map.row[i] = (struct class_map_row){
            suspects->ways[i].n, suspects->ways[i].to, suspects->ways[i].share};
    class_map_judge(&map);
    return map;
}

/* Of the net as it came, 0..1; -1: not counted. */
static double clean_accuracy(const struct session *session)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    if (!clean || !session->unpruned)
        return -1;
    return (double)session->unpruned->clean_correct / dataset_count(clean);
}

static void take_verdict(
    const struct scan_verdict *verdict, struct suspects *suspects, struct suspect *suspect)
{
    static const enum suspects_verdict kinds[] = {[SCAN_UNCLEAR] = SUSPECTS_UNCLEAR,
        [SCAN_NOTHING] = SUSPECTS_NOTHING,
        [SCAN_CLASSES] = SUSPECTS_CLASSES,
        [SCAN_TO_ALL] = SUSPECTS_TO_ALL};
    suspects->verdict = kinds[verdict->kind];
    suspects->index = verdict->index;
    suspects->source = verdict->source;
    suspects->other_mask = verdict->usual;
    snprintf(suspects->why, sizeof suspects->why, "%s", verdict->why);
    for (int i = 0; i < suspects->n; i++)
        for (int k = 0; verdict->kind == SCAN_CLASSES && k < verdict->n_standing; k++)
            if (suspect[i].class == verdict->standing[k])
                suspect[i].stands = k + 1;
}

void session_judge_suspects(const struct session *session, const bool *compared,
    const double *pairs, struct suspects *suspects, struct suspect *suspect)
{
    struct scan_class *classes = memory_array((size_t)suspects->n, sizeof *classes);
    struct scan_evidence evidence = {.classes = classes,
        .n = suspects->n,
        .n_classes = suspects->n,
        .n_images = suspects->n_images,
        .pairs = pairs,
        .clean_accuracy = clean_accuracy(session)};
    struct class_map map = {0};
    struct scan_verdict verdict;
    for (int i = 0; i < suspects->n; i++)
        classes[i] = (struct scan_class){.class = suspect[i].class,
            .outlier = suspect[i].outlier,
            .mask = suspect[i].mask,
            .good = suspect[i].good,
            .compared = compared[i]};
    if (suspects->ways) {
        map = map_of(suspects);
        evidence.map = &map;
    }
    scan_judge(&evidence, &verdict);
    take_verdict(&verdict, suspects, suspect);
    class_map_finish(&map);
    free(classes);
}
