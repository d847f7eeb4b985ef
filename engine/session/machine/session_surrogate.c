/* Makes a surrogate of the session's clean images, and notes what it was made from. */
#include "engine/session/machine/session_surrogate.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/io/images/surrogate.h"

#include <stdlib.h>
#include <string.h>

struct dataset *session_make_surrogate(
    const struct session *session, const struct suspect *suspect, struct error *err)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    const struct inverted_trigger *trigger = suspect->trigger;
    struct surrogate from = {.class = suspect->class};
    text_fit(from.clean, sizeof from.clean, dataset_name(clean));
    if (session->options.clean && !digest_file(session->options.clean, from.digest, err))
        return NULL;
    size_t pixels = (size_t)trigger->height * (size_t)trigger->width;
    size_t channels = (size_t)trigger->channels;
    float *pattern = memory_floats(pixels * channels); /* as pixels of the images */
    memcpy(pattern, trigger->pattern, pixels * channels * sizeof *pattern);
    pixel_scaling_undo(&session->scaling, pattern, pixels, channels);
    struct dataset *set = surrogate_make(
        clean, &(struct surrogate_trigger){trigger->mask, pattern}, &from, session->budget, err);
    free(pattern);
    return set;
}
