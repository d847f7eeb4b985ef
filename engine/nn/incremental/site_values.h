/* The values of one image at the site, as the suffix cache holds them: those that are not zero, in
 * order. A pixel is all channels of one place. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_SITE_VALUES_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_SITE_VALUES_H

#include <stdint.h>

struct site_values {
    uint32_t pixels, columns, n_channels; /* rows = pixels / columns */
    const uint32_t *starts;               /* [pixels + 1] where a pixel's values begin */
    const uint16_t *places;               /* within their row of pixels */
    const float *values;
};

#define SITE_NO_CHANNEL UINT32_MAX /* where a channel is asked for: none */

#endif
