/* The round that panels show, moved by time. */
#include "app/guide/playback.h"

static const double usual_speed = 10; /* rounds a second where runs go as fast as they can */

static double speed_of(const struct ui *ui)
{
    return ui->guiding.speed > 0 ? ui->guiding.speed : usual_speed;
}

static void show(struct ui *ui, int round)
{
    ui->view_state.viewed = round == ui->snapshot->position ? -1 : round;
}

void playback_start(struct ui *ui, double now)
{
    const struct snapshot *s = ui->snapshot;
    int last = s->n_rounds - 1;
    if (last < 1) {
        ui_say(ui, "no round is finished yet: there is nothing to play");
        return;
    }
    if (ui_round(ui) >= last)
        show(ui, 0);
    ui->view_state.playing = true;
    ui->guiding.play_due = now + 1 / speed_of(ui);
    ui_say(ui, "playing rounds %d to %d, %g a second; the net stays at round %d", ui_round(ui),
        last, speed_of(ui), s->position);
}

void playback_stop(struct ui *ui)
{
    ui->view_state.playing = false;
}

double playback_due(const struct ui *ui)
{
    return ui->view_state.playing ? ui->guiding.play_due : 0;
}

bool playback_tick(struct ui *ui, double now)
{
    if (!ui->view_state.playing || now < ui->guiding.play_due)
        return false;
    int last = ui->snapshot->n_rounds - 1, round = ui_round(ui);
    if (round < last)
        show(ui, ++round);
    if (round >= last)
        playback_stop(ui);
    ui->guiding.play_due += 1 / speed_of(ui);
    if (ui->guiding.play_due < now) /* frames that came too late are not made up for */
        ui->guiding.play_due = now;
    return true;
}
