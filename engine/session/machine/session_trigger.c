/* Pictures of the trigger that forms. Leans on state/trigger_picture.h. */
#include "engine/session/machine/session_trigger.h"

#include "engine/base/clock.h"
#include "engine/base/refcount.h"

static const double SHOWN_EVERY = 0.05; /* seconds */

struct picture_scale session_picture_scale(
    const struct session *session, const struct pixel_scaling *scaling)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    struct picture_scale scale = {*scaling, 0, 255};
    if (clean && !dataset_range(clean, &scale.least, &scale.most))
        scale.least = 0, scale.most = 255;
    return scale;
}

void session_input_range(const struct picture_scale *scale, float *low, float *high)
{
    const struct pixel_scaling *scaling = &scale->scaling;
    for (int i = 0; i < scaling->n; i++) {
        float a = (float)((double)scale->least * scaling->scale[i] + scaling->offset[i]);
        float b = (float)((double)scale->most * scaling->scale[i] + scaling->offset[i]);
        *low = i == 0 || a < *low ? a : *low;
        *high = i == 0 || b > *high ? b : *high;
    }
}

void session_show_trigger(struct session *session, const struct picture_scale *scale,
    const struct inversion_trigger *trigger, int target, int step, int steps)
{
    double now = clock_seconds();
    if (session->repair.forming && step < steps && now < session->repair.formed + SHOWN_EVERY)
        return;
    const struct network *network = session_network(session);
    struct inverted_trigger *picture =
        trigger_picture_create(&network->layers[network->input].shape, scale, trigger);
    picture->target = target;
    picture->step = step;
    picture->steps = steps;
    session_forget_trigger(session);
    session->repair.forming = picture;
    session->repair.formed = now;
}

void session_forget_trigger(struct session *session)
{
    refcount_unref(session->repair.forming);
    session->repair.forming = NULL;
}
