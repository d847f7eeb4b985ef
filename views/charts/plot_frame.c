/* From values to places on the canvas: linear scales, decades. */
#include "views/charts/plot_frame.h"

#include <math.h>

double plot_frame_x(const struct plot_frame *f, double value)
{
    double share = (value - f->plot->x_low) / (f->plot->x_high - f->plot->x_low);
    double edge = f->canvas->paper ? 0 : 0.1; /* the last dot belongs to the region */
    return f->region.x + edge + share * (f->region.width - 2 * edge);
}

double plot_frame_y(const struct plot_frame *f, double value)
{
    const struct plot *p = f->plot;
    double share = p->log ? log(value / p->y_high) / log(p->y_low / p->y_high)
                          : (p->y_high - value) / (p->y_high - p->y_low);
    double edge = f->canvas->paper ? 0 : 0.1;
    return f->region.y + edge + share * (f->region.height - 2 * edge);
}

bool plot_frame_inside(const struct plot_frame *f, double y)
{
    return y >= f->region.y && y <= f->region.y + f->region.height;
}

/* A logarithmic scale has ends: what lies beyond is drawn at them. */
static double limited(const struct plot *plot, double y)
{
    double low = fmin(plot->y_low, plot->y_high), high = fmax(plot->y_low, plot->y_high);
    return plot->log ? fmin(fmax(y, low), high) : y;
}

struct canvas_point plot_frame_at(const struct plot_frame *f, struct canvas_point value)
{
    return (struct canvas_point){
        plot_frame_x(f, value.x), plot_frame_y(f, limited(f->plot, value.y))};
}
