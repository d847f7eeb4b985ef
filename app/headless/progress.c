/* The progress bar: smoothed rate, time left, one line. */
#include "app/headless/progress.h"

#include "app/terminal/charset.h"
#include "engine/base/clock.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR = 26 }; /* columns of the bar with its ends */

static const double interval = 0.1; /* seconds between drawings */

void progress_init(struct progress *progress)
{
    struct winsize size = {0};
    *progress = (struct progress){.columns = 80};
    progress->shown = isatty(STDERR_FILENO);
    progress->unicode = !charset_is_ascii();
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        progress->columns = size.ws_col;
}

bool progress_due(struct progress *progress)
{
    return progress->shown && clock_seconds() >= progress->next;
}

/* The speed shown follows the last seconds; the time left uses the mean of everything. */
static void measure(struct progress *progress, const char *label, int done)
{
    double now = clock_seconds();
    char fitting[PROGRESS_LABEL];
    text_fit(fitting, sizeof fitting, label);
    if (strcmp(progress->label, fitting) != 0 || done < progress->last) {
        memcpy(progress->label, fitting, sizeof fitting);
        progress->label_since = progress->seen = now;
        progress->first = progress->last = done;
        progress->rate = 0;
        return;
    }
    double passed = now - progress->seen;
    if (passed < interval / 2)
        return;
    double rate = (done - progress->last) / passed;
    double weight = passed / (passed + 1); /* a window of about a second */
    progress->rate = progress->rate > 0 ? (1 - weight) * progress->rate + weight * rate : rate;
    progress->seen = now;
    progress->last = done;
}

static double mean_eta(const struct progress *progress, int done, int total)
{
    double passed = progress->seen - progress->label_since;
    int made = done - progress->first;
    if (made < 2 || passed < 0.3 || total <= done)
        return -1;
    return (total - done) * passed / made;
}

static void bar(const struct progress *progress, int done, int total, char *text, int size)
{
    static const char *const parts[] = {
        "", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    int eighths = (int)((double)done / total * (BAR - 2) * 8);
    int used = snprintf(text, (size_t)size, "%s", progress->unicode ? "\u2595" : "[");
    for (int cell = 0; cell < BAR - 2; cell++, eighths -= 8) {
        const char *glyph = " ";
        if (eighths >= 8)
            glyph = progress->unicode ? "\u2588" : "#";
        else if (eighths > 0 && progress->unicode)
            glyph = parts[eighths];
        used += snprintf(text + used, (size_t)(size - used), "%s", glyph);
    }
    snprintf(text + used, (size_t)(size - used), "%s", progress->unicode ? "\u258f" : "]");
}

void progress_line(
    const struct progress *progress, int done, int total, double eta, char *text, int size)
{
    char label[PROGRESS_LABEL], drawn[160], speed[32] = "", left[32] = "";
    if (total <= 0) {
        int most = progress->columns < size ? progress->columns : size;
        text_fit(text, most < 8 ? 8 : (size_t)most, progress->label);
        return;
    }
    bar(progress, done, total, drawn, sizeof drawn);
    if (progress->rate > 0)
        snprintf(speed, sizeof speed, "  %.*f/s", progress->rate < 10, progress->rate);
    if (eta >= 0 && eta < 360000)
        snprintf(left, sizeof left, "  ETA %d:%02d", (int)(eta + 0.5) / 60, (int)(eta + 0.5) % 60);
    char counts[32];
    snprintf(counts, sizeof counts, "%d/%d", done, total);
    int taken = BAR + 3 + (int)(strlen(counts) + strlen(speed) + strlen(left));
    int room = progress->columns - 1 - taken;
    if (room < 8)
        snprintf(text, (size_t)size, "%s%s", counts, left);
    else
        snprintf(text, (size_t)size, "%s %s %s%s%s",
            text_fit(
                label, room < PROGRESS_LABEL ? (size_t)room + 1 : PROGRESS_LABEL, progress->label),
            drawn, counts, speed, left);
}

void progress_show(struct progress *progress, const char *label, int done, int total, double eta)
{
    char text[512];
    if (!progress_due(progress))
        return;
    progress->next = clock_seconds() + interval;
    measure(progress, label, done);
    if (eta < 0)
        eta = mean_eta(progress, done, total);
    progress_line(progress, done, total, eta, text, sizeof text);
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
    progress->drawn = true;
}

void progress_clear(struct progress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}
