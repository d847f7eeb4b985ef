/* Stripes over the whole image: a sine of its columns. */
#include "engine/attack/attacks/attack.h"

#include <math.h>

enum { WAVES = 6, HEIGHT = 30 }; /* across the image; grey levels */

static void stamp(const struct attack_setup *setup, int trigger, uint8_t *image)
{
    (void)trigger;
    int width = setup->shape.dim[1], channels = setup->shape.dim[2];
    for (size_t i = 0; i < shape_count(&setup->shape); i++) {
        int x = (int)(i / (size_t)channels) % width;
        double to = image[i] + HEIGHT * sin(2 * 3.14159265358979323846 * x * WAVES / width);
        image[i] = to < 0 ? 0 : to > 255 ? 255 : (uint8_t)(to + 0.5);
    }
}

const struct attack attack_sinusoid = {
    .name = "sinusoid",
    .help = "faint vertical stripes, a sine of the columns (SIG)",
    .source = "Barni, Kallas, Tondi: A New Backdoor Attack in CNNs by Training Set Corruption, "
              "ICIP 2019",
    .triggers = 1,
    .poison = 0.15,
    .stamp = stamp,
    .wanted = attack_wants_target,
};
