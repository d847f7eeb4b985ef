/* An inverted trigger as others see it: engine/api/inverted_trigger.h. Thread: the session's, until
 * it is shared. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_TRIGGER_PICTURE_H
#define SECATEUR_ENGINE_SESSION_STATE_TRIGGER_PICTURE_H

#include "engine/api/inverted_trigger.h"
#include "engine/base/pixel_scaling.h"
#include "engine/defence/suspects/inversion.h"

/* How the net's own unit becomes levels of grey. */
struct picture_scale {
    struct pixel_scaling scaling;
    float least, most; /* values of pixels that are black and white, before they are scaled */
};

/* A counted copy; target, step and steps are the caller's to fill before it is shared. */
struct inverted_trigger *trigger_picture_create(const struct shape *shape,
    const struct picture_scale *scale, const struct inversion_trigger *trigger);

#endif
