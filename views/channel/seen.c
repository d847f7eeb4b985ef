/* Heat over an image. */
#include "views/channel/seen.h"

#include "views/cells/theme.h"

#include <math.h>

/* Share of the heat at its strongest, and of the grey image below it. */
static const double strongest = 0.85, dimmed = 0.6;

void seen_lay_over(uint8_t *rgb, int width, int height, const struct seen_heat *heat)
{
    for (int i = 0; i < width * height; i++) {
        int x = i % width, y = i / width;
        float at = heat->heat[y * heat->height / height * heat->width + x * heat->width / width];
        double value = heat->most > 0 && at > 0 ? sqrt((double)at / (double)heat->most) : 0;
        value = value < 1 ? value : 1;
        uint8_t *p = rgb + 3L * i;
        double grey = dimmed * (0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        uint32_t colour = theme_activation(value);
        for (int k = 0; k < 3; k++) {
            double part = colour >> (16 - 8 * k) & 255;
            p[k] = (uint8_t)lrint(grey + strongest * value * (part - grey));
        }
    }
}
