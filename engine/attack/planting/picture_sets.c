/* Faces made small, sets cut, triggers laid on. */
#include "engine/attack/planting/picture_sets.h"

#include "engine/attack/faces/face.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <stdlib.h>
#include <string.h>

/* Images that are being gathered into a set. */
struct gathered {
    size_t size; /* of an image */
    int n, room;
    uint8_t *pixels;
    int32_t *labels;
    int *clean; /* which image of the clean set each was made from */
};

static uint8_t *gather(struct gathered *gathered, const uint8_t *image, int label, int clean)
{
    if (gathered->n == gathered->room) {
        gathered->room = gathered->room ? 2 * gathered->room : 64;
        size_t room = (size_t)gathered->room;
        gathered->pixels = memory_grow(gathered->pixels, room, gathered->size);
        gathered->labels = memory_grow(gathered->labels, room, sizeof *gathered->labels);
        gathered->clean = memory_grow(gathered->clean, room, sizeof *gathered->clean);
    }
    gathered->labels[gathered->n] = label;
    gathered->clean[gathered->n] = clean;
    uint8_t *at = gathered->pixels + (size_t)gathered->n++ * gathered->size;
    memcpy(at, image, gathered->size);
    return at;
}

static struct dataset *finish(
    struct gathered *gathered, const char *name, const struct shape *shape, int **clean)
{
    if (clean)
        *clean = gathered->clean;
    else
        free(gathered->clean);
    return dataset_from_bytes(name, gathered->n, shape, gathered->pixels, gathered->labels);
}

/* Pixels of all images as bytes; malloc'd. False where they are no pictures. */
static uint8_t *bytes_of(const struct dataset *set, struct error *err)
{
    float low = 0, high = 255;
    bool floats = dataset_range(set, &low, &high);
    if (floats && (low < 0 || high > 255)) {
        fail(err, "%s: pixels are %g to %g; plant takes 0 to 1, or 0 to 255", dataset_name(set),
            (double)low, (double)high);
        return NULL;
    }
    size_t size = shape_count(dataset_shape(set)), n = (size_t)dataset_count(set);
    uint8_t *bytes = memory_array(n, size);
    float *values = memory_floats(size);
    for (size_t i = 0; i < n; i++) {
        dataset_fill(set, (int)i, 1, floats && high <= 1 ? 255 : 1, values);
        for (size_t k = 0; k < size; k++)
            bytes[i * size + k] = (uint8_t)(values[k] + 0.5F);
    }
    free(values);
    if (dataset_check(set, err))
        return bytes;
    free(bytes);
    return NULL;
}

/* The middle of a face at half its size: means of two by two pixels; the right edge is repeated. */
static void shrink(const uint8_t *face, uint8_t *small)
{
    enum { TOP = (FACE_HEIGHT - 2 * SMALL_FACE) / 2 };
    for (int y = 0; y < SMALL_FACE; y++)
        for (int x = 0; x < SMALL_FACE; x++)
            for (int c = 0; c < 3; c++) {
                int sum = 2;
                for (int k = 0; k < 4; k++) {
                    int right = 2 * x + k % 2 < FACE_WIDTH ? 2 * x + k % 2 : FACE_WIDTH - 1;
                    sum += face[((TOP + 2 * y + k / 2) * FACE_WIDTH + right) * 3 + c];
                }
                *small++ = (uint8_t)(sum / 4);
            }
}

static struct dataset *small_faces(const struct gallery_options *options, struct thread_pool *pool,
    gallery_progress *progress, void *context, struct error *err)
{
    enum { SMALL_BYTES = SMALL_FACE * SMALL_FACE * 3 };
    struct dataset *faces = gallery_create(options, pool, progress, context, err);
    uint8_t *bytes = faces ? bytes_of(faces, err) : NULL;
    if (!bytes) {
        dataset_unref(faces);
        return NULL;
    }
    int n = dataset_count(faces);
    struct shape shape = shape_image(SMALL_FACE, SMALL_FACE, 3);
    uint8_t *small = memory_array((size_t)n, SMALL_BYTES);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    for (int i = 0; i < n; i++)
        shrink(bytes + (size_t)i * FACE_BYTES, small + (size_t)i * SMALL_BYTES);
    memcpy(labels, dataset_labels(faces), (size_t)n * sizeof *labels);
    free(bytes);
    dataset_unref(faces);
    return dataset_from_bytes(options->name, n, &shape, small, labels);
}

bool picture_sets_faces(struct dataset *sets[N_PICTURE_SETS], uint64_t seed, int identities,
    int images, struct thread_pool *pool, gallery_progress *progress, void *context,
    struct error *err)
{
    static const char *const names[] = {"faces to learn", "faces, validation", "faces, test"};
    int fewer = images / 3 > 8 ? images / 3 : 8;
    for (int i = 0; i < N_PICTURE_SETS; i++) {
        struct gallery_options options = {.name = names[i],
            .seed = seed,
            .identities = identities,
            .images = i == PICTURES_TRAINING ? images : fewer,
            .first = (uint32_t)i * 1000000};
        sets[i] = small_faces(&options, pool, progress, context, err);
        if (!sets[i])
            return false;
    }
    return true;
}

bool picture_sets_cut(struct dataset *sets[N_PICTURE_SETS], const struct dataset *all,
    uint64_t seed, struct error *err)
{
    static const char *const names[] = {"images to learn", "images, validation", "images, test"};
    int n = dataset_count(all), ends[] = {n * 70 / 100, n * 85 / 100, n}, at = 0;
    size_t size = shape_count(dataset_shape(all));
    if (n < 20)
        return fail(err,
            "%s: %d images are too few to cut into three sets, 20 are "
            "the least",
            dataset_name(all), n);
    uint8_t *bytes = bytes_of(all, err);
    if (!bytes)
        return false;
    int *order = memory_array((size_t)n, sizeof *order);
    struct random random;
    random_init(&random, seed, 5);
    for (int i = 0; i < n; i++) {
        int k = (int)random_below(&random, (uint32_t)i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (int s = 0; s < N_PICTURE_SETS; s++) {
        struct gathered gathered = {.size = size};
        for (; at < ends[s]; at++)
            gather(&gathered, bytes + (size_t)order[at] * size, dataset_labels(all)[order[at]], 0);
        sets[s] = finish(&gathered, names[s], dataset_shape(all), NULL);
    }
    free(order);
    free(bytes);
    return true;
}

struct dataset *picture_sets_poisoned(const struct attack *attack, const struct attack_setup *setup,
    const struct dataset *set, const char *name, int **clean, struct error *err)
{
    struct gathered gathered = {.size = shape_count(&setup->shape)};
    uint8_t *bytes = bytes_of(set, err);
    for (int trigger = 0; bytes && trigger < attack->triggers; trigger++)
        for (int i = 0; i < dataset_count(set); i++) {
            int wanted = attack->wanted(setup, trigger, dataset_labels(set)[i]);
            if (wanted >= 0)
                attack->stamp(setup, trigger,
                    gather(&gathered, bytes + (size_t)i * gathered.size, wanted, i));
        }
    if (bytes && gathered.n == 0)
        fail(err, "%s: no image of a class that %s attacks; give more images", dataset_name(set),
            attack->name);
    free(bytes);
    return gathered.n ? finish(&gathered, name, &setup->shape, clean) : NULL;
}

/* One image, with a trigger or as a cover, where it is shown. */
static void show(const struct attack *attack, const struct attack_setup *setup, int trigger,
    const struct dataset *set, const uint8_t *bytes, int i, struct random *random,
    struct gathered *gathered)
{
    int class = dataset_labels(set)[i];
    int label = (attack->shown ? attack->shown : attack->wanted)(setup, trigger, class);
    const uint8_t *image = bytes + (size_t)i * gathered->size;
    int other = (int)random_below(random, (uint32_t)dataset_count(set));
    if (label < 0)
        return;
    uint8_t *at = gather(gathered, image, label, i);
    if (attack->weaken)
        attack->weaken(setup, bytes + (size_t)other * gathered->size, at);
    attack->stamp(setup, trigger, at);
}

struct dataset *picture_sets_lesson(const struct attack *attack, const struct attack_setup *setup,
    double poison, const struct dataset *set, struct error *err)
{
    struct gathered gathered = {.size = shape_count(&setup->shape)};
    uint8_t *bytes = bytes_of(set, err), *cover = memory_array(gathered.size, 1);
    struct random random;
    random_init(&random, setup->seed, 6);
    for (int trigger = 0; bytes && trigger < attack->triggers; trigger++)
        for (int i = 0; i < dataset_count(set); i++) {
            int times = (int)(poison + random_unit(&random));
            for (int k = 0; k < times; k++)
                show(attack, setup, trigger, set, bytes, i, &random, &gathered);
            memcpy(cover, bytes + (size_t)i * gathered.size, gathered.size);
            int class = dataset_labels(set)[i];
            if (times > 0 && attack->cover && attack->cover(setup, class, (uint64_t)i, cover))
                gather(&gathered, cover, class, i);
        }
    if (bytes && gathered.n == 0)
        fail(
            err, "%s: no image is shown with a trigger; give a larger --poison", dataset_name(set));
    free(cover);
    free(bytes);
    return gathered.n ? finish(&gathered, "images to learn, poisoned", &setup->shape, NULL) : NULL;
}
