/* Results as text for people. */
#include "app/results/results.h"
#include "app/tables/comparison.h"
#include "app/tables/defence.h"
#include "app/tables/outcomes.h"
#include "app/tables/suspects.h"
#include "engine/base/escape.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/channels.h"
#include "views/facts/goodnet.h"
#include "views/facts/thresholds.h"

static const char *known(const char *text)
{
    return text ? text : "";
}

/* "pixels x 1/255", "pixels as x/127.5 - 1" */
static void print_scaling(FILE *out, const struct pixel_scaling *scaling)
{
    bool plain = pixel_scaling_plain(scaling);
    fprintf(out, "scale     pixels %s %s\n", plain ? "x" : "as", scaling->text);
}

static void print_set(FILE *out, const char *label, const char *name, int n, const char *said)
{
    if (name)
        fprintf(out, "%-9s %s, %d images (validation)%s%s\n", label, name, n,
            *known(said) ? ": " : "", known(said));
    else
        fprintf(out, "%-9s none\n", label);
}

/* What ASR counts: the target, where it is from, and which images are left out. */
static void print_target(FILE *out, const struct snapshot *s)
{
    static const char *const from[] = {[TARGET_LABELS] = "",
        [TARGET_GIVEN] = ", as --target says",
        [TARGET_INVERTED] = ", whose inverted trigger the images carry: a surrogate, no attack",
        [TARGET_FOUND] = ", found: the labels are the true classes",
        [TARGET_DOUBTFUL] = ", doubtful: the most frequent wrong answer",
        [TARGET_UNKNOWN] =
            "not found: the labels are the true classes, and the net gets all of them right"};
    const struct attacked *a = &s->attacked;
    char target[OUTCOMES_TARGET];
    if (!s->set_name[SET_POISONED] ||
        (a->target.kind == TARGET_NONE && a->source != TARGET_UNKNOWN))
        return;
    fprintf(out, "target    %s%s%s\n", outcomes_target(a, target), from[a->source],
        a->surrogate && a->source == TARGET_LABELS
            ? ", of an inverted trigger: a surrogate, no attack"
            : "");
    if (a->n_left_out > 0 && a->source != TARGET_UNKNOWN)
        fprintf(out, "          %s of %d of %d images; %d belong to the target and are left out\n",
            attack_rate_name(a), s->of.attack, s->n_images[SET_POISONED], a->n_left_out);
}

void results_sources(FILE *out, const struct snapshot *s)
{
    fprintf(out, "net       %s, %dx%dx%d, %d classes\n", known(s->model_name), s->height, s->width,
        s->channels, s->n_classes);
    print_set(out, "clean", s->set_name[SET_CLEAN], s->n_images[SET_CLEAN], s->set_said[SET_CLEAN]);
    print_set(out, "poisoned", s->set_name[SET_POISONED], s->n_images[SET_POISONED],
        s->set_said[SET_POISONED]);
    print_target(out, s);
    print_scaling(out, &s->scaling);
}

static void eval_line(FILE *out, const char *data, const char *what, int hits, int n)
{
    char text[40] = "";
    if (n <= 0 || hits < 0)
        return;
    struct number_interval wilson = number_interval(hits, n);
    snprintf(text, sizeof text, "[%.2f, %.2f]", wilson.low, wilson.high);
    fprintf(out, "%-10s  %-19s %7.2f %%  %-17s %6d of %d\n", data, what, number_percent(hits, n),
        text, hits, n);
}

/* What ASR hides, and the trivial defence. */
static void eval_costs(FILE *out, const struct snapshot *s, const char *data,
    const struct outcome *count, const struct outcome *trivial, const struct outcome *of)
{
    if (of->attack <= 0 && of->robust <= 0)
        return;
    fprintf(out, "\non %s\n", data);
    outcomes_head(out, s);
    outcomes_line(out, "the net", count, of);
    outcomes_trivial(out, s, trivial, of);
}

static void eval(FILE *out, const struct snapshot *s, bool with_test)
{
    const struct round *round = s->rounds[s->position];
    results_sources(out, s);
    fprintf(out, "\n%-10s  %-19s %9s  %-17s %s\n", "data", "", "share", "95 % interval", "images");
    eval_line(out, "validation", "clean accuracy", round->clean_correct, s->n_images[SET_CLEAN]);
    eval_line(out, "validation", attack_rate_words(&s->attacked), round->attack_hits, s->of.attack);
    if (with_test) {
        eval_line(out, "test", "clean accuracy", s->test_clean_correct, s->n_test[SET_CLEAN]);
        eval_line(out, "test", attack_rate_words(&s->test_attacked), s->test_attack_hits,
            s->test_of.attack);
    }
    const struct outcome count = round_outcome(round), test = snapshot_test_outcome(s);
    eval_costs(out, s, "validation", &count, &s->trivial, &s->of);
    if (with_test)
        eval_costs(out, s, "test", &test, &s->test_trivial, &s->test_of);
}

static void print_repair(FILE *out, const struct snapshot *s, const struct site_line *site)
{
    if (site->repair_channels == 0)
        return;
    fputs("\nwhat that repair costs, on the images that were examined\n", out);
    outcomes_head(out, s);
    const struct worth *worth = &site->repair_worth;
    outcomes_line(out, "unpruned", &worth->before, &worth->of);
    outcomes_line(out, "repaired", &worth->after, &worth->of);
    outcomes_trivial(out, s, &worth->trivial, &worth->of);
}

/* What one perturbation makes of each class, where there are few. */
static void print_class_map(FILE *out, const struct suspects *suspects)
{
    enum { FEW = 40 };
    const struct suspects_way *ways = suspects->ways;
    if (!ways || (suspects->n > FEW && !suspects->map_rule))
        return;
    fprintf(out, "\nwhat one trigger of %.1f pixels turns each class into\n ", suspects->map_mask);
    for (int i = 0, shown = 0; i < suspects->n && shown < FEW; i++)
        if (ways[i].n > 0)
            fprintf(out, "%s %d -> %d (%.0f of %d)", shown++ % 6 == 0 && shown > 1 ? "\n " : "", i,
                ways[i].to, ways[i].share * ways[i].n, ways[i].n);
    putc('\n', out);
}

/* The first of the list, and all whose trigger was inverted. */
static void suspects(FILE *out, const struct snapshot *s)
{
    enum { FIRST = 10, TEXT = 2048 };
    char text[TEXT];
    fprintf(out, "net %s, %dx%dx%d, %d classes\n\n", known(s->model_name), s->height, s->width,
        s->channels, s->n_classes);
    table_text_head(out, &table_suspects, &s->attacked);
    int n = suspects_rows(s->suspects);
    for (int i = 0; i < n; i++)
        if (i < FIRST || s->suspects->suspect[i].mask >= 0)
            table_text_row(out, &table_suspects, s, i);
    suspects_say(s->suspects, text, sizeof text);
    putc('\n', out);
    results_paragraph(out, text);
    putc('\n', out);
    results_paragraph(out, s->suspects->why);
    print_class_map(out, s->suspects);
}

/* Orders of each layer, then what is not defined there. */
static void compare(FILE *out, const struct snapshot *s)
{
    enum { TEXT = 2048 };
    char text[TEXT];
    int site = -1;
    results_sources(out, s);
    for (int i = 0; i < s->compared->n; i++) {
        const struct compared_order *order = s->compared->orders[i];
        if (order->site != site) {
            site = order->site;
            fprintf(
                out, "\nlayer %s, %d channels\n", s->sites[site].name, s->sites[site].n_channels);
            table_text_head(out, &table_comparison, &s->attacked);
        }
        if (!order->refused[0])
            table_text_row(out, &table_comparison, s, i);
        else
            escape_line(out, "%-17s %s", order->criterion, order->refused);
    }
    comparison_say(s, text, sizeof text);
    putc('\n', out);
    results_paragraph(out, text);
}

static void layers(FILE *out, const struct snapshot *s)
{
    fprintf(out, "net %s, %dx%dx%d, %d classes\n\n", known(s->model_name), s->height, s->width,
        s->channels, s->n_classes);
    bool alone = s->phase == PHASE_LOADING; /* the net without images */
    table_text_all(out, &table_net_layers, s, s->n_layers, true, &s->attacked);
    fprintf(out, "\nwhere channels can be pruned\n");
    table_text_all(out, &table_layers, s, s->n_sites, !alone, &s->attacked);
    if (alone) {
        fputs("\nGive --clean FILE, and --poisoned FILE, to examine them.\n", out);
        return;
    }
    putc('\n', out);
    results_paragraph(out, LAYERS_NEVER_ACTIVE
        " " LAYERS_COST " " LAYERS_SEPARATION " (*) needs poisoned images: oracle. " LAYERS_SAMPLE);
    if (s->suggestion[0])
        fprintf(out, "suggested: %s\n", s->suggestion);
    if (s->suggested >= 0)
        print_repair(out, s, &s->sites[s->suggested]);
}

void results_about(FILE *out, const struct snapshot *s)
{
    const struct site_line *site = &s->sites[s->site];
    results_sources(out, s);
    fprintf(out, "pruned    %s, %d channels, measured at %s (%s)\n", site->name, site->n_channels,
        known(site->measured), known(site->shape));
    fprintf(out, "order     %s, %s; %s%s%s\n\n", s->criterion, results_order(s),
        results_badge(s->badge), site->n_members > 0 ? "; " : "",
        site->n_members > 0 ? s->score_scaling : "");
}

static void sweep_begin(FILE *out, const struct snapshot *s)
{
    results_about(out, s);
    table_text_head(out, &table_rounds, &s->attacked);
}

static void sweep_round(FILE *out, const struct snapshot *s, int index)
{
    table_text_row(out, &table_rounds, s, index);
}

/* The lab's repaired net, counted from the validation predictions of B and B'. */
static void goodnet_line(FILE *out, const struct snapshot *s, const struct threshold *threshold)
{
    struct goodnet g;
    if (threshold->round < 0 || !goodnet_count(s, threshold->round, &g))
        return;
    const struct threshold_goodnet goodnet = {s, threshold, &g};
    table_text_row(out, &table_threshold_goodnet, &goodnet, 0);
    fprintf(out, "%22s  flags %.2f %% of the clean", "",
        number_percent(g.flagged[SET_CLEAN], g.n[SET_CLEAN]));
    if (g.n[SET_POISONED] > 0)
        fprintf(out, " and %.2f %% of the poisoned images",
            number_percent(g.flagged[SET_POISONED], g.n[SET_POISONED]));
    fputs("\n", out);
}

/* The same nets again, with what ASR hides. */
static void print_costs(FILE *out, const struct snapshot *s, bool test)
{
    const struct outcome *of = test ? &s->test_of : &s->of;
    const struct outcome b = test ? snapshot_test_outcome(s) : round_outcome(s->rounds[0]);
    if (of->own <= 0 && of->robust <= 0)
        return;
    putc('\n', out);
    outcomes_head(out, s);
    outcomes_line(out, "B", &b, of);
    for (int i = 0; i < s->n_thresholds; i++) {
        const struct threshold *t = &s->thresholds[i];
        char name[32];
        if (t->round < 0)
            continue;
        const struct outcome count =
            test ? threshold_outcome(t) : round_outcome(s->rounds[t->round]);
        snprintf(name, sizeof name, "B'(%g)", t->points);
        outcomes_line(out, name, &count, of);
    }
    outcomes_trivial(out, s, test ? &s->test_trivial : &s->trivial, of);
}

/* Net by net, where they were not all chosen alike. */
static void tell_rows(FILE *out, const struct snapshot *s, const struct knowledge *all)
{
    char text[KNOWLEDGE_TEXT];
    bool alike = true;
    for (int i = 0; i < s->n_thresholds; i++)
        alike =
            alike && (s->thresholds[i].round < 0 || knowledge_same(&s->thresholds[i].known, all));
    for (int i = 0; i < s->n_thresholds && !alike; i++)
        if (s->thresholds[i].round >= 0)
            fprintf(out, "B'(%g): %s; %s\n", s->thresholds[i].points,
                s->thresholds[i].known.criterion,
                knowledge_sentence(&s->thresholds[i].known, text));
}

static void print_table(FILE *out, const struct snapshot *s, bool test)
{
    const int *n = test ? s->n_test : s->n_images;
    struct threshold_nets nets;
    char chosen[KNOWLEDGE_TEXT];
    const struct knowledge all = results_thresholds_known(s);
    threshold_nets_collect(&nets, s);
    if (test)
        snprintf(chosen, sizeof chosen, "%s",
            all.sets & KNOWLEDGE_TEST ? "; seen before some nets were chosen"
                                      : "; never used to choose");
    else
        results_chosen(&all, chosen);
    fprintf(out, "\non %s, n = %d clean and %d poisoned%s\n", test ? "test" : "validation",
        n[SET_CLEAN], n[SET_POISONED], chosen);
    table_text_head(out, &table_thresholds, &s->attacked);
    for (int i = 0; i < nets.n; i++)
        if (!nets.net[i].trivial) /* stands below, with what else it costs */
            table_text_row(out, &table_thresholds, s, test * nets.n + i);
    tell_rows(out, s, &all);
    for (int i = 0; i < s->n_thresholds && !test; i++)
        goodnet_line(out, s, &s->thresholds[i]);
    print_costs(out, s, test);
}

static void sweep_end(FILE *out, const struct snapshot *s)
{
    putc('\n', out);
    results_paragraph(out,
        "B is the net as it came; B'(T) is the net of the first round that lost at least T points "
        "of clean accuracy; G(T) says what B and B'(T) agree on, else N+1 (flagged).");
    print_table(out, s, false);
    if (s->n_test[SET_CLEAN] > 0 && s->test_clean_correct >= 0)
        print_table(out, s, true);
}

static void prune(FILE *out, const struct snapshot *s, const char *path)
{
    const struct round *round = s->rounds[s->position];
    fprintf(out, "net       %s, %d of %d channels of %s pruned\n", known(s->model_name),
        s->position, s->n_channels, s->sites[s->site].name);
    fputs("channels ", out);
    char name[SNAPSHOT_TEXT];
    for (int i = 1; i <= s->position; i++)
        fprintf(out, "%s%s", i > 1 ? "," : " ", channels_name(s, s->rounds[i]->channel, name));
    putc('\n', out);
    fprintf(out, "clean     %.2f -> %.2f %% of %d images (validation)\n",
        snapshot_clean_accuracy(s, 0), snapshot_clean_accuracy(s, s->position),
        s->n_images[SET_CLEAN]);
    if (s->of.attack > 0)
        fprintf(out, "%-9s %.2f -> %.2f %% of %d images (validation), %d still succeed\n",
            attack_rate_name(&s->attacked), snapshot_asr(s, 0), snapshot_asr(s, s->position),
            s->of.attack, round->attack_hits);
    const struct outcome before = round_outcome(s->rounds[0]), after = round_outcome(round);
    if (s->of.own > 0 || s->of.robust > 0) {
        outcomes_head(out, s);
        outcomes_line(out, "unpruned", &before, &s->of);
        outcomes_line(out, "pruned", &after, &s->of);
        outcomes_trivial(out, s, &s->trivial, &s->of);
        const struct worth worth = {before, after, s->of, s->trivial, s->target};
        outcomes_verdict(out, "The pruned net", &worth);
    }
    char sentence[KNOWLEDGE_TEXT];
    fprintf(out, "knowledge %s\n", knowledge_sentence(&s->known, sentence));
    results_file(out, s, path);
}

static void repair(FILE *out, const struct repaired *repaired)
{
    const struct snapshot *s = repaired->snapshot;
    char sentence[KNOWLEDGE_TEXT];
    escape_line(out, "net       %s", s->model_name);
    bool all = s->branches[s->branch].repair.all;
    fprintf(out, "read      %d clean images: %d learnt from, %d held out%s; %s\n",
        s->n_images[SET_CLEAN], s->n_images[SET_CLEAN] - s->n_held_out, s->n_held_out,
        all ? " to choose, then learnt from too" : "",
        repaired->judged ? "poisoned images only after the net was saved" : "no poisoned images");
    if (*s->repairing.few)
        fprintf(out, "few       %s\n", s->repairing.few);
    fprintf(out, "repair    %s, %d rounds\n", repaired->name, s->position);
    fprintf(out, "knowledge %s\n\n", knowledge_sentence(&s->known, sentence));
    results_paragraph(out, repaired->why);
    putc('\n', out);
    table_text_head(out, &table_repaired, &s->attacked);
    for (int i = 0; i < repaired->n_rows; i++)
        table_text_row(out, &table_repaired, repaired, i);
    if (repaired->n_left_out > 0)
        fprintf(out,
            "\nASR of %d of %d poisoned images: %d truly show the target and are left out.\n",
            repaired->n_poisoned - repaired->n_left_out, repaired->n_poisoned,
            repaired->n_left_out);
    putc('\n', out);
    outcomes_verdict(out, "The repaired net", &repaired->worth);
    results_paragraph(out, repaired_unknown);
    results_file(out, s, repaired->path);
}

const struct results results_text = {
    .name = "text",
    .eval = eval,
    .layers = layers,
    .suspects = suspects,
    .compare = compare,
    .sweep_begin = sweep_begin,
    .sweep_round = sweep_round,
    .sweep_end = sweep_end,
    .prune = prune,
    .repair = repair,
    .goodnet = results_goodnet_text,
};
