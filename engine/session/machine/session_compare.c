/* One order after the other, from the unpruned net. Leans on the evaluator's suffix caches. */
#include "engine/session/machine/session_compare.h"
#include "engine/session/machine/messages.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_caches.h"
#include "engine/session/machine/session_evidence.h"
#include "engine/session/machine/session_known.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/state/comparison_rows.h"

#include "engine/prune/criteria/criteria.h"

#include "engine/base/clock.h"
#include "engine/measures/number.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct comparing {
    int n_entries;
    struct entry {
        const struct criterion *criterion;
        int site;
        const char *file; /* an order of its own, NULL: the criterion's */
        bool asked;       /* by name: it is told where it is not defined */
    } * entries;
    int at;
    double outliers;
    int cached; /* site of the caches, -1: none */
    struct suffix_cache *caches[N_SETS];
    uint16_t *now[N_SETS], *next[N_SETS]; /* [n of the set] predicted */
};

static void drop_caches(struct comparing *comparing)
{
    for (int set = 0; set < N_SETS; set++) {
        evaluator_cache_destroy(comparing->caches[set]);
        comparing->caches[set] = NULL;
    }
    comparing->cached = -1;
}

void session_compare_drop(struct session *session)
{
    struct comparing *comparing = session->comparing;
    if (!comparing)
        return;
    drop_caches(comparing);
    for (int set = 0; set < N_SETS; set++) {
        free(comparing->now[set]);
        free(comparing->next[set]);
    }
    free(comparing->entries);
    free(comparing);
    session->comparing = NULL;
}

static void add_entry(
    struct comparing *comparing, const struct criterion *criterion, int site, bool asked)
{
    size_t n = (size_t)comparing->n_entries++;
    comparing->entries = memory_grow(comparing->entries, n + 1, sizeof *comparing->entries);
    comparing->entries[n] = (struct entry){.criterion = criterion, .site = site, .asked = asked};
}

/* Those of one site, in the order of the names, or of the table. */
static bool add_named(struct comparing *comparing, const char *names, int site, struct error *err)
{
    const struct criterion *criterion;
    for (int i = 0; !*names && (criterion = criteria_at(i)); i++)
        add_entry(comparing, criterion, site, false);
    while (*names) {
        char name[64];
        int length = (int)strcspn(names, ",");
        snprintf(name, sizeof name, "%.*s", length, names);
        if (!(criterion = criteria_find(name, err)))
            return false;
        add_entry(comparing, criterion, site, true);
        names += length + (names[length] == ',');
    }
    return true;
}

/* The file of --order, at the site that stands. */
static const char *order_file(const struct session *session)
{
    const char *order = session->options.order;
    bool file = order && strcmp(order, "ascending") != 0 && strcmp(order, "descending") != 0;
    return file ? order : NULL;
}

bool session_compare_begin(
    struct session *session, const char *names, bool all_sites, double outliers, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    session_compare_drop(session);
    struct comparing *comparing = session->comparing = memory_array(1, sizeof *comparing);
    comparing->cached = -1;
    comparing->outliers = outliers;
    bool good = true;
    for (int s = 0; good && s < sites->n; s++)
        if (sites->site[s].n_channels > 0 && (all_sites || s == session->site))
            good = add_named(comparing, names, s, err);
    if (good && session->site >= sites->n)
        good = add_named(comparing, names, session->site, err);
    if (good && order_file(session)) {
        add_entry(comparing, criteria_at(0), session->site, true);
        comparing->entries[comparing->n_entries - 1].file = order_file(session);
    }
    if (good && comparing->n_entries == 0)
        good = fail_as(
            err, ERROR_USAGE, "%s: nothing can be pruned", session->description->model_name);
    for (int set = 0; good && set < N_SETS; set++) {
        size_t n = (size_t)session_expected(session).n[set];
        comparing->now[set] = memory_array(n, sizeof **comparing->now);
        comparing->next[set] = memory_array(n, sizeof **comparing->next);
    }
    if (!good) {
        session_compare_drop(session);
        return false;
    }
    refcount_unref(session->compared);
    session->compared = NULL;
    return true;
}

bool session_compare_done(const struct session *session)
{
    return !session->comparing || session->comparing->at >= session->comparing->n_entries;
}

/* The session's own caches where they are of the unpruned net at the site, else others; filled by
 * one pass. */
static bool find_caches(
    struct session *session, int site, struct suffix_cache *caches[N_SETS], struct error *err)
{
    struct comparing *comparing = session->comparing;
    bool good = true;
    if (site == session->site && session_branch(session)->n_base == 0) {
        good = session_fill_caches(session, err);
        memcpy(caches, session->caches, sizeof session->caches);
        return good;
    }
    const struct prune_site *at = &session->description->sites->site[site];
    if (comparing->cached != site)
        drop_caches(comparing);
    for (int set = 0; good && comparing->cached != site && set < N_SETS; set++) {
        const struct dataset *images = session->description->sets[set];
        if (!images)
            continue;
        comparing->caches[set] =
            evaluator_cache_create(session->evaluator, at, dataset_count(images), session->budget);
        const struct evaluator_pass pass = {.set = images, .cache = comparing->caches[set]};
        session_apply_original(session, at);
        good = !pass.cache || evaluator_run(session->evaluator, &pass, err);
        if (good && pass.cache && !evaluator_cache_complete(pass.cache)) {
            evaluator_cache_destroy(pass.cache); /* then from the pixels */
            comparing->caches[set] = NULL;
        }
    }
    if (!good)
        drop_caches(comparing);
    comparing->cached = good ? site : -1;
    memcpy(caches, comparing->caches, sizeof comparing->caches);
    return good;
}

/* Prunes the channels of the order one by one; rounds[n_ranking + 1]. */
static bool prune_all(struct session *session, const struct order *order, int site,
    struct outcome *rounds, struct error *err)
{
    struct comparing *comparing = session->comparing;
    const struct expected expected = session_expected(session);
    struct suffix_cache *caches[N_SETS];
    if (!find_caches(session, site, caches, err))
        return false;
    session_apply_original(session, &session->description->sites->site[site]);
    for (int set = 0; set < N_SETS; set++)
        if (expected.n[set] > 0)
            memcpy(comparing->now[set], session->unpruned->predicted[set],
                (size_t)expected.n[set] * sizeof(uint16_t));
    rounds[0] = attack_count(&expected, (const uint16_t *const *)comparing->now);
    for (int i = 0; i < order->n_ranking; i++) {
        for (int set = 0; set < N_SETS; set++) {
            const struct dataset *images = session->description->sets[set];
            uint16_t *now = comparing->now[set];
            if (images && evaluator_commit_channel(session->evaluator, images, caches[set],
                              order->ranking[i], now, comparing->next[set], err) < 0)
                return false;
            comparing->now[set] = comparing->next[set];
            comparing->next[set] = now;
        }
        rounds[i + 1] = attack_count(&expected, (const uint16_t *const *)comparing->now);
        session_progress(session, i + 1, order->n_ranking);
    }
    return true;
}

/* Scores and sweeps; NULL with err. */
static struct order *sweep(
    struct session *session, const struct entry *entry, struct outcome **rounds, struct error *err)
{
    const struct prune_site *site = &session->description->sites->site[entry->site];
    if (!session_measure_criterion(session, entry->site, entry->criterion, err))
        return NULL;
    struct order *order = session_make_order(session, NULL, entry->site, entry->criterion,
        entry->criterion->descending, entry->file, err);
    if (!order)
        return NULL;
    session_activity(session, PHASE_SCANNING, "pruning %s by %s (%d of %d)", site->name,
        entry->file ? "the order file" : entry->criterion->name, session->comparing->at + 1,
        session->comparing->n_entries);
    *rounds = memory_array((size_t)order->n_ranking + 1, sizeof **rounds);
    if (prune_all(session, order, entry->site, *rounds, err))
        return order;
    free(*rounds);
    refcount_unref(order);
    return NULL;
}

static struct knowledge known_of(const struct session *session, const struct entry *entry)
{
    struct knowledge known = {.unknown = entry->file};
    const struct prune_site *site = &session->description->sites->site[entry->site];
    if (!entry->file)
        known.sets = session_criterion_sets(session, entry->criterion);
    knowledge_name(known.criterion, entry->file ? "order-file" : entry->criterion->name);
    knowledge_name(known.layer, site->name);
    return known;
}

/* Layer by layer. */
static int rule_channels(const struct session *session, const struct order *order, int site)
{
    const struct prune_sites *sites = session->description->sites;
    double outliers = session->comparing->outliers, threshold = order->criterion->threshold;
    double *scores = memory_array((size_t)order->n_channels, sizeof *scores);
    if (outliers > 0 && order->criterion->rule == RULE_OUTLIERS)
        threshold = outliers;
    for (int c = 0; c < order->n_channels; c++)
        scores[c] = (double)order->scores[c];
    int pruned = 0;
    for (int first = 0, n; first < order->n_channels; first += n) {
        int channel = first;
        n = sites->site[prune_sites_own(sites, site, &channel)].n_channels;
        pruned += criteria_rule_channels(order->criterion, scores + first, n, threshold);
    }
    free(scores);
    return order->file || order->criterion->rule == RULE_NONE ? -1 : pruned;
}

/* What an order reached, in a line. */
static void tell(struct session *session, const struct compared_order *order)
{
    const struct outcome *of = &session->compared->of;
    const char *site = session->description->sites->site[order->site].name;
    const struct outcome *two = &order->rounds[order->tradeoff.stop[1]];
    const struct outcome *ten = &order->rounds[order->tradeoff.stop[TRADEOFF_STOPS - 1]];
    if (order->refused[0])
        session_say(session, false, "%s", order->refused);
    else if (of->attack > 0)
        session_say(session, false, "%s at %s: ASR %.1f %% at 2 points lost, %.1f %% at 10",
            order->criterion, site, number_percent(two->attack, of->attack),
            number_percent(ten->attack, of->attack));
    else
        session_say(session, false, "%s at %s: 2 points are lost after %d channels, 10 after %d",
            order->criterion, site, order->tradeoff.stop[1],
            order->tradeoff.stop[TRADEOFF_STOPS - 1]);
}

/* What was compared, and one more. */
static void add_row(struct session *session, const struct compared_order *row,
    const struct order *order, struct outcome *rounds)
{
    const struct attack *attack = session->description->attack;
    struct outcome of = {.clean = session_expected(session).n[SET_CLEAN], .own = -1, .robust = -1};
    if (attack && attack->settled)
        of = attack->of;
    const struct criteria_comparison *before = session->compared;
    session->compared =
        comparison_grown(before, row, order, rounds, &of, session->comparing->n_entries);
    refcount_unref(before);
    tell(session, session->compared->orders[session->compared->n - 1]);
}

bool session_compare_next(struct session *session, struct error *err)
{
    struct comparing *comparing = session->comparing;
    const struct entry *entry = &comparing->entries[comparing->at];
    struct compared_order row = {.criterion = entry->file ? "order-file" : entry->criterion->name,
        .source = entry->file ? "" : entry->criterion->source,
        .badge = session_criterion_badge(session, entry->criterion),
        .known = known_of(session, entry),
        .site = entry->site,
        .scaling = session_scaling(session, entry->site, entry->criterion),
        .rule_channels = -1};
    struct outcome *rounds = NULL;
    double started = clock_seconds();
    struct error why = {0};
    bool good = true;
    if (session_criterion_defined(session, NULL, entry->site, entry->criterion, &why)) {
        struct order *order = sweep(session, entry, &rounds, err);
        good = order != NULL;
        row.seconds = clock_seconds() - started;
        row.rule_channels = good ? rule_channels(session, order, entry->site) : -1;
        if (good)
            add_row(session, &row, order, rounds);
        refcount_unref(order);
        session_apply(session, session_history(session)->position);
    } else if (entry->asked) {
        text_fit(row.refused, sizeof row.refused, why.text);
        add_row(session, &row, NULL, NULL);
    }
    if (good)
        session_saw_sets(session);
    comparing->at += good;
    return good;
}
