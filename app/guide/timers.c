/* The earliest of all that has a time. */
#include "app/guide/timers.h"

#include "app/guide/playback.h"
#include "app/guide/tour.h"
#include "app/guide/welcome.h"

static double earlier(double a, double b)
{
    return a <= 0 ? b : b <= 0 || a < b ? a : b;
}

double timers_due(const struct ui *ui)
{
    return earlier(playback_due(ui), earlier(welcome_due(ui), tour_due(ui)));
}

bool timers_run(struct ui *ui, double now, bool rests)
{
    bool played = playback_tick(ui, now), over = welcome_tick(ui, now);
    return tour_tick(ui, now, rests) || played || over;
}
