/* A snapshot as text, so that two can be compared and a difference be read. */
#include "tests/unit/session/session_trial.h"

#include <inttypes.h>

/* FNV-1a */
static uint64_t digest(const void *bytes, size_t size)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        value = (value ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return value;
}

static const char *name_of(const char *text)
{
    return text ? text : "(none)";
}

static void put_model(FILE *out, const struct snapshot *s)
{
    fprintf(out, "%s %dx%dx%d, %d classes, scale %.17g, target %d\n", name_of(s->model_name),
        s->height, s->width, s->channels, s->n_classes, s->scale, s->target);
    for (int i = 0; i < s->n_layers; i++)
        fprintf(out, "layer %s %s %s %d site %d%s\n", s->layers[i].name, s->layers[i].class_name,
            s->layers[i].shape, s->layers[i].n_parameters, s->layers[i].site,
            s->layers[i].measured ? " measured" : "");
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        fprintf(out, "site %s %s %s %s %d: %a %a %d, %d %a %s %d %a %a\n", site->name,
            site->measured, site->producers, site->shape, site->n_channels, site->never_active,
            site->separation, site->separating_channel, site->scanned, site->cost,
            name_of(site->repair_criterion), site->repair_channels, site->repair_clean,
            site->repair_asr);
    }
    fprintf(out, "suggested %d %s\n", s->suggested, s->suggestion);
}

static void put_sets(FILE *out, const struct snapshot *s)
{
    uint8_t *rgb = memory_array((size_t)(3 * s->height * s->width) + 1, 1);
    for (int set = 0; set < N_SETS; set++) {
        fprintf(out, "set %s %d, test %s %d\n", name_of(s->set_name[set]), s->n_images[set],
            name_of(s->test_name[set]), s->n_test[set]);
        if (s->n_images[set] == 0)
            continue;
        snapshot_image(s, (enum image_set)set, s->n_images[set] - 1, rgb);
        fprintf(out, "labels %016" PRIx64 ", last image %016" PRIx64 "\n",
            digest(s->labels[set], (size_t)s->n_images[set] * sizeof *s->labels[set]),
            digest(rgb, (size_t)(3 * s->height * s->width)));
    }
    free(rgb);
}

static void put_order(FILE *out, const struct snapshot *s)
{
    fprintf(out, "site %d by %s (%s) badge %d %s%s, next %d\n", s->site, s->criterion,
        s->criterion_help, (int)s->badge, s->descending ? "descending " : "",
        name_of(s->order_file), snapshot_next_channel(s));
    for (int i = 0; i < s->n_criteria; i++)
        fprintf(out, "criterion %s %s %s %d %d %d\n", s->criteria[i].name, s->criteria[i].help,
            s->criteria[i].source, (int)s->criteria[i].badge, s->criteria[i].descending,
            s->criteria[i].available);
    for (int i = 0; i < s->n_ranking; i++)
        fprintf(out, "%d ", s->ranking[i]);
    for (int c = 0; c < s->n_channels; c++)
        fprintf(out, "%s%a", c ? " " : "\nscores ", (double)s->scores[c]);
    fprintf(out, "\nactivations %016" PRIx64 "\n",
        digest(s->activations, (size_t)s->n_channels * sizeof *s->activations));
}

static void put_branches(FILE *out, const struct snapshot *s)
{
    for (int b = 0; b < s->n_branches; b++) {
        const struct branch_repair *repair = &s->branches[b].repair;
        fprintf(out, "%sbranch %d: site %d on %d by %s%s, round %d of %d, last %d",
            b == s->branch ? "> " : "", b, s->branches[b].site, s->branches[b].n_base,
            s->branches[b].criterion, s->branches[b].descending ? " descending" : "",
            s->branches[b].position, s->branches[b].n_rounds,
            s->branches[b].rounds[s->branches[b].n_rounds - 1]->channel);
        if (repair->name)
            fprintf(out, ", %s of %d, %d rounds", repair->name, repair->target, repair->rounds);
        fprintf(out, "%s\n", repair->tuned ? ", tuned" : "");
    }
}

static void put_what_ifs(FILE *out, const struct snapshot *s)
{
    for (int c = 0; s->what_if && c < s->n_channels; c++)
        fprintf(out, "what if %d: %d %d, %d %d %d %d\n", c, s->what_if[c].clean_correct,
            s->what_if[c].attack_hits, s->what_if[c].broken, s->what_if[c].recovered,
            s->what_if[c].rescued, s->what_if[c].reinfected);
}

static void put_rounds(FILE *out, const struct snapshot *s, enum trial_detail detail)
{
    for (int r = 0; r < s->n_rounds; r++) {
        const struct round *round = s->rounds[r];
        fprintf(out, "%sround %d: %d%s, %d %d, %d %d %d %d, pruned in %d,",
            r == s->position ? "> " : "", r, round->channel, round->by_hand ? " by hand" : "",
            round->clean_correct, round->attack_hits, round->broken, round->recovered,
            round->rescued, round->reinfected,
            r ? snapshot_pruned_in(s, s->n_rounds - 1, round->channel) : 0);
        for (int set = 0; set < N_SETS; set++)
            fprintf(out, " %016" PRIx64,
                digest(round->predicted[set], (size_t)s->n_images[set] * sizeof(uint16_t)));
        if (round->repair.name)
            fprintf(out, " %s %d, %a %a %a", round->repair.name, round->repair.target,
                round->repair.loss, round->repair.mask, round->repair.hits);
        fprintf(out, " %d held out", round->held_out_correct);
        if (detail == TRIAL_ALL)
            fprintf(out, " %d touched, %a s", round->touched, round->seconds);
        fprintf(out, "\n");
    }
    fprintf(out, "%.17g %% clean, %.17g %% ASR\n", snapshot_clean_accuracy(s, s->position),
        snapshot_asr(s, s->position));
}

static void put_all(FILE *out, const struct snapshot *s)
{
    fprintf(out, "%u: %d of %d, %s, eta %a, %a images/s\n", s->serial, s->done, s->total,
        s->activity, s->eta, s->images_per_second);
    for (int i = 0; i < s->n_messages; i++)
        fprintf(out, "%u %a %d %s\n", s->messages[i].serial, s->messages[i].seconds,
            s->messages[i].error, s->messages[i].text);
}

char *trial_text(const struct snapshot *s, enum trial_detail detail)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "phase %d\n", (int)s->phase);
    fprintf(out, "unpruned on tests %d %d\n", s->test_clean_correct, s->test_attack_hits);
    for (int i = 0; i < s->n_thresholds; i++)
        fprintf(out, "threshold %g: round %d, tests %d %d, saved \"%s\"\n", s->thresholds[i].points,
            s->thresholds[i].round, s->thresholds[i].test_clean_correct,
            s->thresholds[i].test_attack_hits, s->thresholds[i].saved);
    put_model(out, s);
    put_sets(out, s);
    if (s->site >= 0) {
        put_order(out, s);
        put_what_ifs(out, s);
        put_rounds(out, s, detail);
    }
    if (detail == TRIAL_ALL) {
        put_branches(out, s);
        put_all(out, s);
    }
    fclose(out);
    return text;
}
