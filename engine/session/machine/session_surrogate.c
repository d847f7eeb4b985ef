/* Makes a surrogate of the session's clean images, and notes what it was made from. */
#include "engine/session/machine/session_surrogate.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/io/images/surrogate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct inverted_trigger *session_trigger_of(
    const struct session *session, int class, struct error *err)
{
    const struct suspects *suspects = session->suspects;
    char with[128] = "";
    if (class < 0 && suspects && suspects->verdict == SUSPECTS_TO_ALL && suspects->map_trigger)
        return suspects->map_trigger;
    if (suspects && suspects->pair_trigger &&
        (class < 0 || suspects->pair_trigger->target == class))
        return suspects->pair_trigger;
    for (int i = 0; suspects && i < suspects->n; i++) {
        const struct suspect *suspect = &suspects->suspect[i];
        size_t used = strlen(with);
        if (suspect->trigger && (class < 0 || suspect->class == class))
            return suspect->trigger;
        if (suspect->trigger)
            snprintf(with + used, sizeof with - used, "%s%d", used > 0 ? ", " : "", suspect->class);
    }
    if (class < 0 || !with[0])
        fail_as(err, ERROR_USAGE, "surrogate: no trigger was inverted");
    else
        fail_as(err, ERROR_USAGE,
            "surrogate: no trigger was inverted for class %d; there are those of %s", class, with);
    return NULL;
}

/* Where each class is led by the trigger, -1: nowhere; malloc'd, NULL: all to its one class. */
static int32_t *map_of(const struct session *session, const struct inverted_trigger *trigger)
{
    const struct suspects *suspects = session->suspects;
    bool pair = trigger == suspects->pair_trigger;
    if (!pair && (trigger != suspects->map_trigger || !suspects->ways))
        return NULL;
    int32_t *map = memory_array((size_t)suspects->n, sizeof *map);
    for (int y = 0; y < suspects->n && pair; y++)
        map[y] = y == suspects->source ? trigger->target : -1;
    for (int y = 0; y < suspects->n && !pair; y++)
        map[y] = suspects->ways[y].to >= 0 ? suspects->ways[y].to : y;
    return map;
}

struct dataset *session_make_surrogate(
    const struct session *session, const struct inverted_trigger *trigger, struct error *err)
{
    const struct dataset *clean = session->description->sets[SET_CLEAN];
    int32_t *map = map_of(session, trigger);
    struct surrogate from = {.class = trigger->target};
    text_fit(from.clean, sizeof from.clean, dataset_name(clean));
    if (session->options.clean && !digest_file(session->options.clean, from.digest, err)) {
        free(map);
        return NULL;
    }
    size_t pixels = (size_t)trigger->height * (size_t)trigger->width;
    size_t channels = (size_t)trigger->channels;
    float *pattern = memory_floats(pixels * channels); /* as pixels of the images */
    memcpy(pattern, trigger->pattern, pixels * channels * sizeof *pattern);
    pixel_scaling_undo(&session->scaling, pattern, pixels, channels);
    struct dataset *set = surrogate_make(clean, &(struct surrogate_trigger){trigger->mask, pattern},
        &from, map, session->budget, err);
    free(pattern);
    free(map);
    return set;
}
