/* A race of all, to the end. */
#include "engine/defence/suspects/shortlist.h"

#include "engine/defence/suspects/race.h"

enum { RUN_MOST = SHORTLIST_FIRST + SHORTLIST_OTHERS, AT_ONCE = 10 };

/* Of the first n, the smallest mask that is not told yet, one that turns enough images before one
 * that does not; -1: all are told. */
static int smallest(const struct race *race, int n, const bool *told)
{
    int best = -1;
    struct inversion_trigger of_best = {0};
    for (int i = 0; i < n; i++) {
        const struct inversion_trigger trigger = race_trigger(race, i);
        bool smaller = best < 0 || trigger.good > of_best.good ||
                       (trigger.good == of_best.good && trigger.size < of_best.size);
        if (!told[i] && smaller) {
            best = i;
            of_best = trigger;
        }
    }
    return best;
}

static bool run(struct race *race, const struct race_class *classes, int n,
    const struct shortlist_hooks *hooks, struct error *err)
{
    const bool none[RUN_MOST] = {0};
    for (int step = 0; step < SHORTLIST_STEPS; step += AT_ONCE) {
        if (!race_run(race, AT_ONCE, hooks->stop, err))
            return false;
        int first = smallest(race, n, none);
        const struct inversion_trigger trigger = race_trigger(race, first);
        if (hooks->show)
            hooks->show(
                hooks->context, &trigger, classes[first].class, step + AT_ONCE, SHORTLIST_STEPS);
    }
    return true;
}

bool shortlist_find(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct shortlist_classes *classes,
    const struct inversion_options *options, const struct shortlist_hooks *hooks, struct error *err)
{
    struct race_class all[RUN_MOST];
    bool told[RUN_MOST] = {0};
    int n = classes->n_first + classes->n_others, at;
    for (int i = 0; i < n; i++) {
        bool other = i >= classes->n_first;
        all[i] = (struct race_class){.n = images->n,
            .class = other ? classes->others[i - classes->n_first] : classes->first[i]};
    }
    struct race *race = race_create(network, pool, images->pixels, all, n, options);
    bool good = run(race, all, classes->n_first, hooks, err);
    while (good && ((at = smallest(race, classes->n_first, told)) >= 0 ||
                       (at = smallest(race, n, told)) >= 0)) {
        const struct inversion_trigger trigger = race_trigger(race, at);
        told[at] = true;
        hooks->found(hooks->context, &trigger, all[at].class, at >= classes->n_first);
    }
    race_destroy(race);
    return good;
}
