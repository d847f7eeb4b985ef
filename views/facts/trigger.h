/* Pictures of an inverted trigger. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_TRIGGER_H
#define SECATEUR_VIEWS_FACTS_TRIGGER_H

#include "engine/api/inverted_trigger.h"
#include "engine/api/snapshot.h"

enum trigger_picture {
    TRIGGER_ALONE,   /* the pattern where the mask covers, on grey */
    TRIGGER_STAMPED, /* on a clean image */
    TRIGGER_IMAGE,   /* that clean image without it */
    TRIGGER_MASK,    /* white where it covers */
    TRIGGER_PATTERN, /* everywhere, as if the mask covered all */
    N_TRIGGER_PICTURES
};

/* A clean image to stamp, of another class than the target; -1: there is none. */
int trigger_image(const struct snapshot *snapshot, const struct inverted_trigger *trigger);
/* Into rgb[height, width, 3] of the trigger; `image` of the clean set, -1: grey in its place. */
void trigger_paint(const struct snapshot *snapshot, const struct inverted_trigger *trigger,
    enum trigger_picture picture, int image, uint8_t *rgb);
/* "trigger", "stamped". */
const char *trigger_picture_name(enum trigger_picture picture);

#endif
