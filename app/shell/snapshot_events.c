/* Differences between two snapshots, as notices and cursor moves. */
#include "app/shell/snapshot_events.h"

#include "app/results/results.h"
#include "app/script/journal.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/facts/suspects.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <string.h>

static bool log_is_seen(const struct ui *ui)
{
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, "log") == 0)
            return layout_find(&ui->layout, i) != NULL;
    return false;
}

/* New messages in place of the hints: errors always, others when no log is seen. */
static void show_messages(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    for (int i = 0; i < s->n_messages; i++) {
        const struct message *message = &s->messages[i];
        if (message->serial <= ui->told)
            continue;
        ui->told = message->serial;
        if (message->error) {
            ui->saved = NULL;
            ui_complain(ui, "%s", message->text);
        } else if (s->phase != PHASE_RUNNING && !ui->plain && !log_is_seen(ui)) {
            ui_say(ui, "%s", message->text);
        }
    }
}

/* Says what a what-if found. */
static void say_what_if(struct ui *ui, int channel, const char *how)
{
    const struct snapshot *s = ui->snapshot;
    const struct what_if *w = &s->what_if[channel];
    int now = s->position, hits = s->rounds[now]->attack_hits;
    char lost[NUMBER_SIGNED], fallen[NUMBER_SIGNED];
    double clean = number_percent(w->clean_correct, s->n_images[SET_CLEAN]);
    double asr = number_percent(w->attack_hits, s->of.attack);
    number_signed(lost, clean - snapshot_clean_accuracy(s, now), 2);
    number_signed(fallen, number_percent(w->attack_hits - hits, s->of.attack), 2);
    if (s->of.attack > 0)
        ui_say(ui, "%s %d: clean %.2f %% (%s), %s %.2f %% (%s)%s", how, channel, clean, lost,
            attack_rate_name(&s->attacked), asr, fallen, ui->plain ? "" : "; x prunes it");
    else
        ui_say(ui, "%s %d: clean %.2f %% (%s)%s", how, channel, clean, lost,
            ui->plain ? "" : "; x prunes it");
}

/* Which channel takes most of the attack for its price; -1: not all are known yet. */
static int best_what_if(const struct snapshot *s)
{
    int best = -1;
    double most = 0;
    for (int c = 0; c < s->n_channels; c++) {
        if (snapshot_pruned_in(s, s->position, c))
            continue;
        if (s->what_if[c].clean_correct < 0)
            return -1;
        double gain = number_percent(s->what_if[c].clean_correct, s->n_images[SET_CLEAN]) -
                      number_percent(s->what_if[c].attack_hits, s->of.attack);
        if (best < 0 || gain > most) {
            best = c;
            most = gain;
        }
    }
    return best;
}

static void answer_what_if(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    int channel = ui->asked;
    if (channel == -1 || !s->what_if)
        return;
    if (channel == -2)
        channel = best_what_if(s);
    if (channel < 0 || channel >= s->n_channels || s->what_if[channel].clean_correct < 0)
        return;
    say_what_if(ui, channel, ui->asked == -2 ? "the best is channel" : "without channel");
    if (ui->asked == -2)
        ui->view_state.channel = channel;
    ui->asked = -1;
}

/* Says how to do what an examination of the layers has just found. */
static void say_repair(struct ui *ui, const struct snapshot *old)
{
    const struct snapshot *s = ui->snapshot;
    if (s->suggested < 0 || s->suggested == old->suggested)
        return;
    const struct site_line *site = &s->sites[s->suggested];
    if (site->repair_criterion && site->repair_channels > 0)
        ui_say(ui, "%s, %d channels by %s: P (repair) prunes them in a new branch", site->name,
            site->repair_channels, site->repair_criterion);
}

/* Says what a search for suspects found, once it is over. */
static void say_suspects(struct ui *ui, const struct snapshot *old)
{
    const struct snapshot *s = ui->snapshot;
    char text[UI_NOTICE];
    bool over = old->phase == PHASE_SCANNING && s->phase != PHASE_SCANNING;
    if (!over || !s->suspects || s->failures != old->failures || s->suggested != old->suggested)
        return;
    suspects_conclude(s->suspects, text, sizeof text);
    ui_say(ui, "%s", text);
}

/* Says what the rounds of a repair led to, once they are over. */
static void say_repaired(struct ui *ui, const struct snapshot *old)
{
    const struct snapshot *s = ui->snapshot;
    const struct branch_line *repair = branches_repair(s);
    if (!old->repairing.name || s->repairing.name || !repair || s->position == 0)
        return;
    const struct round *round = s->rounds[s->position];
    char name[96], own[64] = "";
    int n, right = branches_own(s, round, &n);
    if (n > 0)
        snprintf(own, sizeof own, ", own people %d of %d", right, n);
    branches_name(s, s->branch, false, name, sizeof name);
    if (s->of.attack > 0)
        ui_say(ui, "%s, round %d: clean %.2f %%, %s %.2f %%%s", name, s->position,
            snapshot_clean_accuracy(s, s->position), attack_rate_name(&s->attacked),
            snapshot_asr(s, s->position), own);
    else
        ui_say(ui, "%s, round %d: clean %.2f %% (before %.2f %%)%s; A searches what is left", name,
            s->position, snapshot_clean_accuracy(s, s->position), snapshot_clean_accuracy(s, 0),
            own);
}

void snapshot_events_follow(struct ui *ui, const struct snapshot *old)
{
    const struct snapshot *s = ui->snapshot;
    struct view_state *view_state = &ui->view_state;
    if (s->changes != old->changes)
        ui_file_changed(ui);
    else if (s->failures != old->failures)
        ui->changing.any = false;
    if (s->n_rounds == 0)
        return;
    if (old->n_rounds == 0)
        ui_remember(ui);
    bool moved = s->branch != old->branch || s->site != old->site || old->n_rounds == 0;
    int next = snapshot_next_channel(s);
    if (next >= 0 && (moved || view_state->channel == ui->followed))
        view_state->channel = ui->followed = next;
    if (moved) {
        view_state->site = s->site;
        view_state->viewed = -1;
        view_state->face = 0;
    }
    if (s->position != old->position)
        view_state->face = 0;
    if (view_state->channel >= s->n_channels)
        view_state->channel = s->n_channels - 1;
    if (view_state->viewed >= s->n_rounds)
        view_state->viewed = -1;
    if (view_state->threshold >= s->n_thresholds)
        view_state->threshold = s->n_thresholds > 0 ? s->n_thresholds - 1 : 0;
    say_repair(ui, old);
    say_suspects(ui, old);
    say_repaired(ui, old);
}

void snapshot_events_tell(struct ui *ui)
{
    show_messages(ui);
    const char *trouble = journal_trouble(ui->journal);
    if (trouble)
        ui_say(ui, "the journal has stopped: %s", trouble);
    answer_what_if(ui);
}
