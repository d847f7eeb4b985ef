/* The earliest of all that has a time. */
#include "app/guide/timers.h"

#include "app/guide/playback.h"

static double earlier(double a, double b)
{
    return a <= 0 ? b : b <= 0 || a < b ? a : b;
}

double timers_due(const struct ui *ui)
{
    return earlier(playback_due(ui), 0);
}

bool timers_run(struct ui *ui, double now, bool rests)
{
    (void)rests;
    return playback_tick(ui, now);
}
