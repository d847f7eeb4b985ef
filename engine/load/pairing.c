#include "engine/load/pairing.h"

#include "engine/base/memory.h"

#include <stdlib.h>

enum {
    GREY_LEVELS = 2,     /* may lie between a picture and the same with the trigger */
    REGION_PERCENT = 50, /* of the places may belong to the trigger */
    TOLD_PERCENT = 95,   /* of neighbours must differ outside the trigger */
    TOLD_IMAGES = 500,   /* that are tried for it */
};

struct pairing {
    const struct dataset *clean, *poisoned;
    int n_places;
    uint8_t *a, *b; /* [n_places, 3] */
    bool *region;   /* [n_places] where some pair differs */
    int n_region;
};

static bool alike(const uint8_t *a, const uint8_t *b)
{
    for (int c = 0; c < 3; c++)
        if (abs(a[c] - b[c]) > GREY_LEVELS)
            return false;
    return true;
}

static void show(struct pairing *pairing, int clean, int poisoned)
{
    dataset_show(pairing->clean, clean, pairing->a);
    dataset_show(pairing->poisoned, poisoned, pairing->b);
}

/* Adds where the images of a pair differ to the region; false once it is too large. */
static bool add_pair(struct pairing *pairing, int index)
{
    show(pairing, index, index);
    for (int p = 0; p < pairing->n_places; p++)
        if (!pairing->region[p] && !alike(pairing->a + 3 * p, pairing->b + 3 * p)) {
            pairing->region[p] = true;
            pairing->n_region++;
        }
    return 100L * pairing->n_region <= (long)REGION_PERCENT * pairing->n_places;
}

static bool told_apart(struct pairing *pairing, int clean, int poisoned)
{
    show(pairing, clean, poisoned);
    for (int p = 0; p < pairing->n_places; p++)
        if (!pairing->region[p] && !alike(pairing->a + 3 * p, pairing->b + 3 * p))
            return true;
    return false;
}

static bool judge(struct pairing *pairing)
{
    int n = dataset_count(pairing->clean), told = 0, tried = n < TOLD_IMAGES ? n : TOLD_IMAGES;
    for (int i = 0; i < n; i++)
        if (!add_pair(pairing, i))
            return false;
    for (int t = 0; t < tried; t++) {
        int i = (int)((int64_t)t * n / tried);
        told += told_apart(pairing, (i + 1) % n, i);
    }
    return n > 1 && 100L * told >= (long)TOLD_PERCENT * tried;
}

bool pairing_holds(const struct dataset *clean, const struct dataset *poisoned)
{
    const struct shape *shape = dataset_shape(clean), *other = dataset_shape(poisoned);
    if (dataset_count(clean) != dataset_count(poisoned) || shape->dim[0] != other->dim[0] ||
        shape->dim[1] != other->dim[1])
        return false;
    struct pairing pairing = {
        .clean = clean, .poisoned = poisoned, .n_places = shape->dim[0] * shape->dim[1]};
    size_t places = (size_t)pairing.n_places;
    pairing.a = memory_array(places, 3);
    pairing.b = memory_array(places, 3);
    pairing.region = memory_array(places, sizeof *pairing.region);
    bool holds = judge(&pairing) && dataset_check(clean, NULL) && dataset_check(poisoned, NULL);
    free(pairing.a);
    free(pairing.b);
    free(pairing.region);
    return holds;
}
