/* The trigger that forms while one is inverted. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_TRIGGER_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_TRIGGER_H

#include "engine/session/machine/fields.h"
#include "engine/session/state/trigger_picture.h"

/* For all values of an input: how they are shown; scaling of the pixels found or given. */
struct picture_scale session_picture_scale(
    const struct session *session, const struct pixel_scaling *scaling);
/* Of all values of an input, in the net's own unit. */
void session_input_range(const struct picture_scale *scale, float *low, float *high);
/* After a step: for the next snapshots, and no more often than people can see. */
void session_show_trigger(struct session *session, const struct picture_scale *scale,
    const struct inversion_trigger *trigger, int target, int step, int steps);
void session_forget_trigger(struct session *session);

#endif
