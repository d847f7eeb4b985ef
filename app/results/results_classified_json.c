/* What single pictures were taken for, as JSON. */
#include "app/results/results.h"

#include "app/results/results_json.h"

#include <jansson.h>

static json_t *object(const char *path, const struct classified *result, bool scored)
{
    if (result->err.class != ERROR_NONE)
        return json_pack(
            "{s:o, s:o}", "file", json_text(path), "error", json_text(result->err.text));
    return json_pack("{s:o, s:b, s:o, s:i, s:o, s:o}", "file", json_text(path), "backdoor",
        result->flagged, "class", result->flagged ? json_null() : json_integer(result->class), "b",
        result->class, "repaired",
        result->repaired >= 0 ? json_integer(result->repaired) : json_null(), "score",
        scored ? json_real(result->score) : json_null());
}

void results_classified_json(FILE *out, const char *detector, double threshold,
    const struct pixel_scaling *scaling, int n_classes, const char *const *paths, int n,
    const struct classified *results)
{
    json_t *pictures = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(pictures, object(paths[i], &results[i], detector != NULL));
    char flags[PIXEL_FLAGS];
    json_t *all = json_pack("{s:o, s:o, s:s, s:i, s:i, s:o}", "detector", json_text(detector),
        "threshold", detector ? json_real(threshold) : json_null(), "pixels",
        pixel_scaling_flags(scaling, flags), "classes", n_classes, "backdoor_label", n_classes,
        "pictures", pictures);
    json_print(out, all);
}
