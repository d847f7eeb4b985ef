/* Results as text for people. */
#include "app/results/results.h"

#include "app/results/outcomes.h"
#include "engine/measures/number.h"

#include "views/facts/branches.h"
#include "views/facts/goodnet.h"
#include "views/facts/thresholds.h"

#include <math.h>
#include <string.h>

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
        [TARGET_FOUND] = ", found: labels are whom the images show",
        [TARGET_DOUBTFUL] = ", doubtful: the most frequent wrong answer",
        [TARGET_UNKNOWN] = "not found: labels are whom the images show, and all are read so"};
    const struct attacked *a = &s->attacked;
    char target[OUTCOMES_TARGET];
    if (!s->set_name[SET_POISONED] ||
        (a->target.kind == TARGET_NONE && a->source != TARGET_UNKNOWN))
        return;
    fprintf(out, "target    %s%s\n", outcomes_target(a, target), from[a->source]);
    if (a->n_left_out > 0 && a->source != TARGET_UNKNOWN)
        fprintf(out, "          ASR of %d of %d images; %d belong to the target and are left out\n",
            s->of.attack, s->n_images[SET_POISONED], a->n_left_out);
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

/* "  98.65 [98.42, 98.85]", or a dash where nothing was counted. */
static void share_text(char *text, size_t size, int hits, int n)
{
    struct number_interval wilson = number_interval(hits, n);
    if (n <= 0 || hits < 0)
        snprintf(text, size, "%6s", "-");
    else
        snprintf(
            text, size, "%6.2f [%.2f, %.2f]", number_percent(hits, n), wilson.low, wilson.high);
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
    eval_line(out, "validation", "attack success", round->attack_hits, s->of.attack);
    if (with_test) {
        eval_line(out, "test", "clean accuracy", s->test_clean_correct, s->n_test[SET_CLEAN]);
        eval_line(out, "test", "attack success", s->test_attack_hits, s->test_of.attack);
    }
    const struct outcome count = round_outcome(round), test = snapshot_test_outcome(s);
    eval_costs(out, s, "validation", &count, &s->trivial, &s->of);
    if (with_test)
        eval_costs(out, s, "test", &test, &s->test_trivial, &s->test_of);
}

static void print_site(FILE *out, const struct snapshot *s, int index)
{
    const struct site_line *site = &s->sites[index];
    char mark = index == s->suggested ? '>' : ' ';
    fprintf(out, "%c %-12.12s %-12.12s %-9.9s %4d", mark, site->name, known(site->measured),
        known(site->shape), site->n_channels);
    if (!site->scanned) {
        putc('\n', out);
        return;
    }
    fprintf(out, " %6.1f %6.2f", 100.0 * site->dormant, site->cost);
    if (s->n_images[SET_POISONED] == 0) {
        putc('\n', out);
        return;
    }
    if (site->separating_channel >= 0)
        fprintf(out, " %7.2f", site->separation);
    else
        fprintf(out, " %7s", "-");
    if (site->repair_channels > 0)
        fprintf(out, " %5.1f %5.1f %3d %s", site->repair_clean, site->repair_asr,
            site->repair_channels, site->repair_criterion);
    putc('\n', out);
}

static void print_repair(FILE *out, const struct snapshot *s, const struct site_line *site)
{
    if (site->repair_channels == 0)
        return;
    fputs("\nwhat that repair costs, on the images of the scan\n", out);
    outcomes_head(out, s);
    const struct worth *worth = &site->repair_worth;
    outcomes_line(out, "unpruned", &worth->before, &worth->of);
    outcomes_line(out, "repaired", &worth->after, &worth->of);
    outcomes_trivial(out, s, &worth->trivial, &worth->of);
}

static void layers(FILE *out, const struct snapshot *s)
{
    fprintf(out, "net %s, %dx%dx%d, %d classes\n\n", known(s->model_name), s->height, s->width,
        s->channels, s->n_classes);
    fprintf(out, "  %-20s %-20s %-12s %10s\n", "layer", "class", "output", "parameters");
    for (int i = 0; i < s->n_layers; i++)
        fprintf(out, "  %-20s %-20s %-12s %10d\n", s->layers[i].name, s->layers[i].class_name,
            known(s->layers[i].shape), s->layers[i].n_parameters);
    fprintf(out, "\nwhere channels can be pruned\n");
    if (s->phase == PHASE_LOADING) { /* the net alone */
        for (int i = 0; i < s->n_sites; i++)
            print_site(out, s, i);
        fputs("\nGive --clean FILE, and --poisoned FILE, to examine them.\n", out);
        return;
    }
    fprintf(out, "  %-12s %-12s %-9s %4s %6s %6s %7s %s\n", "", "", "", "", "silent", "cost",
        "apart", "best repair (*)");
    fprintf(out, "  %-12s %-12s %-9s %4s %6s %6s %7s %s\n", "site", "measured at", "shape", "ch",
        "%", "points", "(*)", "clean   ASR channels");
    for (int i = 0; i < s->n_sites; i++)
        print_site(out, s, i);
    fputs("\nsilent: channels that no clean image excites. cost: clean accuracy lost with the\n"
          "less active half of the channels. apart: distance of the poisoned mean from the clean\n"
          "one in spreads, of the channel with the largest. (*) needs poisoned images: oracle.\n"
          "Cost and repair are counted on a sample where sets are large.\n",
        out);
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
    fprintf(
        out, "order     %s, %s; %s\n\n", s->criterion, results_order(s), results_badge(s->badge));
}

static void sweep_begin(FILE *out, const struct snapshot *s)
{
    results_about(out, s);
    fprintf(out, "%5s %7s %8s %7s %8s %7s %6s %5s %7s %8s\n", "round", "channel", "clean %", "+/-",
        "ASR %", "+/-", "broken", "fixed", "rescued", "attacked");
    fflush(out);
}

static void sweep_round(FILE *out, const struct snapshot *s, int index)
{
    const struct round *round = s->rounds[index];
    bool attacked = s->of.attack > 0;
    double clean = snapshot_clean_accuracy(s, index), asr = snapshot_asr(s, index);
    if (index == 0 && attacked)
        fprintf(out, "%5d %7s %8.2f %7s %8.2f\n", 0, "-", clean, "", asr);
    else if (index == 0)
        fprintf(out, "%5d %7s %8.2f %7s %8s\n", 0, "-", clean, "", "-");
    else if (attacked)
        fprintf(out, "%5d %7d %8.2f %+7.2f %8.2f %+7.2f %6d %5d %7d %8d\n", index, round->channel,
            clean, clean - snapshot_clean_accuracy(s, index - 1), asr,
            asr - snapshot_asr(s, index - 1), round->broken, round->recovered, round->rescued,
            round->reinfected);
    else
        fprintf(out, "%5d %7d %8.2f %+7.2f %8s %7s %6d %5d\n", index, round->channel, clean,
            clean - snapshot_clean_accuracy(s, index - 1), "-", "", round->broken,
            round->recovered);
    fflush(out);
}

/* A line of the final table: B, which comes first, or B'. */
static void table_line(FILE *out, const struct threshold_nets *kept, int index, bool test)
{
    const struct threshold_net *net = &kept->net[index];
    const struct outcome *count = &net->count[test], *of = &kept->of[test];
    char name[32] = "B", shares[2][40];
    if (index > 0)
        snprintf(name, sizeof name, "B'(%g)", net->points);
    if (net->round < 0) {
        fprintf(out, "%-8s %5s %7s  not reached\n", name, "-", "-");
        return;
    }
    share_text(shares[0], sizeof shares[0], count->clean, of->clean);
    share_text(shares[1], sizeof shares[1], count->attack, of->attack);
    fprintf(out, "%-8s %5d %7d  %-23s  %s\n", name, net->round, net->pruned, shares[0], shares[1]);
}

/* The lab's repaired net, counted from the validation predictions of B and B'. */
static void goodnet_line(FILE *out, const struct snapshot *s, const struct threshold *threshold)
{
    struct goodnet g;
    char name[32], shares[2][40];
    if (threshold->round < 0 || !goodnet_count(s, threshold->round, &g))
        return;
    snprintf(name, sizeof name, "G(%g)", threshold->points);
    for (int set = 0; set < N_SETS; set++)
        share_text(shares[set], sizeof shares[set], g.labelled[set], g.n[set]);
    fprintf(out, "%-8s %5d %7d  %-23s  %s", name, threshold->round,
        threshold->round + snapshot_base(s), shares[0], shares[1]);
    fprintf(out, "\n%22s  flags %.2f %% of the clean", "",
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
    struct threshold_nets kept;
    char chosen[KNOWLEDGE_TEXT];
    const struct knowledge all = results_kept(s);
    threshold_nets_collect(&kept, s);
    if (test)
        snprintf(chosen, sizeof chosen, "%s",
            all.sets & KNOWLEDGE_TEST ? "; seen before some nets were chosen"
                                      : "; never used to choose");
    else
        results_chosen(&all, chosen);
    fprintf(out, "\non %s, n = %d clean and %d poisoned%s\n", test ? "test" : "validation",
        n[SET_CLEAN], n[SET_POISONED], chosen);
    fprintf(out, "%-8s %5s %7s  %-23s  %s\n", "net", "round", "pruned", "clean accuracy %, 95 %",
        "attack success %, 95 %");
    for (int i = 0; i < kept.n; i++)
        if (!kept.net[i].trivial) /* stands below, with what else it costs */
            table_line(out, &kept, i, test);
    tell_rows(out, s, &all);
    for (int i = 0; i < s->n_thresholds && !test; i++)
        goodnet_line(out, s, &s->thresholds[i]);
    print_costs(out, s, test);
}

static void sweep_end(FILE *out, const struct snapshot *s)
{
    fputs("\nB is the net as it came; B'(T) is the net of the first round that loses at least T\n"
          "percentage points of clean accuracy; G(T) says what B and B'(T) agree on, else N+1.\n",
        out);
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
    for (int i = 1; i <= s->position; i++)
        fprintf(out, "%s%d", i > 1 ? "," : " ", s->rounds[i]->channel);
    putc('\n', out);
    fprintf(out, "clean     %.2f -> %.2f %% of %d images (validation)\n",
        snapshot_clean_accuracy(s, 0), snapshot_clean_accuracy(s, s->position),
        s->n_images[SET_CLEAN]);
    if (s->of.attack > 0)
        fprintf(out, "ASR       %.2f -> %.2f %% of %d images (validation), %d hits left\n",
            snapshot_asr(s, 0), snapshot_asr(s, s->position), s->of.attack, round->attack_hits);
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
    fprintf(out, "known     %s\n", knowledge_sentence(&s->known, sentence));
    fprintf(out, "file      %s\n", path);
}

const struct results results_text = {
    .name = "text",
    .eval = eval,
    .layers = layers,
    .sweep_begin = sweep_begin,
    .sweep_round = sweep_round,
    .sweep_end = sweep_end,
    .prune = prune,
    .goodnet = results_goodnet_text,
};
