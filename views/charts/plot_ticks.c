/* Which numbers stand at the axes, and which are marked on the curves. */
#include "views/charts/plot_ticks.h"

#include <math.h>

int plot_ticks(double low, double high, int wanted, double ticks[PLOT_TICKS])
{
    static const double steps[] = {1, 2, 5, 10};
    double from = fmin(low, high), to = fmax(low, high), step = 0;
    int n = 0;
    if (!(to > from) || wanted < 1)
        return 0;
    wanted = wanted < PLOT_TICKS ? wanted : PLOT_TICKS;
    double power = pow(10, floor(log10((to - from) / wanted)) - 1);
    for (int i = 0; i < 12 && (step == 0 || (to - from) / step > wanted - 1 + 1e-9); i++) {
        if (i > 0 && i % 3 == 0)
            power *= 10;
        step = steps[i % 3] * power;
    }
    for (double k = ceil(from / step - 1e-9); k * step <= to + 1e-9 * step && n < wanted; k++)
        ticks[n++] = fabs(k) < 0.5 ? 0 : k * step;
    return n;
}

static int decades(double low, double high, double ticks[PLOT_TICKS])
{
    int n = 0;
    int last = (int)lrint(ceil(log10(fmax(low, high)) - 1e-9));
    for (int k = (int)lrint(floor(log10(fmin(low, high)) + 1e-9)); k <= last && n < PLOT_TICKS; k++)
        ticks[n++] = pow(10, k);
    return n;
}

int plot_ticks_y(const struct plot *plot, double height, double line, double *ticks)
{
    if (plot->log)
        return decades(plot->y_low, plot->y_high, ticks);
    int wanted = (int)(height / line / 2) + 1;
    return plot_ticks(plot->y_low, plot->y_high, wanted < 6 ? wanted : 6, ticks);
}

int plot_ticks_x(const struct plot_frame *f, double ticks[PLOT_TICKS])
{
    int wanted = (int)(f->region.width / f->canvas->em / 6) + 1;
    return plot_ticks(f->plot->x_low, f->plot->x_high, wanted < 11 ? wanted : 11, ticks);
}

bool plot_ticks_counts(const struct plot_series *series)
{
    bool counts = series->mark != MARK_NONE && series->n > 0 && !series->arrows;
    for (int i = 0; i < series->n && counts; i++)
        counts = fabs(series->points[i].x - series->points[0].x - i) < 1e-9;
    return counts;
}

double plot_ticks_marks(const struct plot_frame *f)
{
    enum { FEW = 6, MANY = 15, MOST = 25 };
    static const int parts[] = {1, 2, 4, 5, 10};
    double ticks[PLOT_TICKS], best = 0, span = f->plot->x_high - f->plot->x_low;
    bool counted = false;
    int n = f->canvas->paper && f->plot->n_names == 0 ? plot_ticks_x(f, ticks) : 0;
    for (int i = 0; i < f->plot->n_series; i++)
        counted = counted || plot_ticks_counts(&f->plot->series[i]);
    for (int i = 0; counted && n > 1 && i < 5; i++) {
        double step = (ticks[1] - ticks[0]) / parts[i];
        bool few = best > 0 && span / best + 1 < FEW;
        if (fabs(step - rint(step)) < 1e-9 && span / step + 1 <= (few ? MOST : MANY))
            best = step;
        else if (best <= 0)
            best = ticks[1] - ticks[0];
    }
    return best;
}
