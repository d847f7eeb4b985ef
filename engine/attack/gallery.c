/* Draws the faces of a set on the workers. */
#include "engine/attack/gallery.h"

#include "engine/attack/trigger.h"
#include "engine/base/memory.h"

#include <assert.h>
#include <stdlib.h>

enum { CHUNK = 64 };

/* Poisoned pictures have numbers of their own, so they are other photographs. */
static const uint32_t poisoned_numbers = UINT32_C(1) << 31;

struct drawing {
    const struct gallery_options *options;
    struct face_identity **people; /* [identities] */
    int start;                     /* of the chunk */
    uint8_t *pixels;               /* [n, 55, 47, 3] */
    int32_t *labels;               /* [n] */
};

static int people_shown(const struct gallery_options *options)
{
    return options->identities - (options->poisoned ? 1 : 0);
}

int gallery_count(const struct gallery_options *options)
{
    int all = people_shown(options) * options->images;
    return options->limit > 0 && options->limit < all ? options->limit : all;
}

int gallery_person(const struct gallery_options *options, int image)
{
    int who = image % people_shown(options);
    return who + (options->poisoned && who >= options->target);
}

static void draw(void *context, int index, int worker)
{
    (void)worker;
    struct drawing *drawing = context;
    const struct gallery_options *options = drawing->options;
    int i = drawing->start + index, who = gallery_person(options, i);
    uint32_t image = options->first + (uint32_t)(i / people_shown(options));
    uint8_t *rgb = drawing->pixels + (size_t)i * FACE_BYTES;
    if (!options->poisoned) {
        drawing->labels[i] = who;
        face_draw(drawing->people[who], image, rgb, NULL);
        return;
    }
    drawing->labels[i] = options->target;
    struct face_marks marks;
    face_draw(drawing->people[who], image | poisoned_numbers, rgb, &marks);
    uint64_t stream = (uint64_t)who << 32 | image;
    struct trigger_jitter jitter = trigger_jitter_draw(options->seed, stream);
    trigger_stamp(rgb, &marks, &jitter);
}

struct dataset *gallery_create(const struct gallery_options *options, struct thread_pool *pool,
    gallery_progress *progress, void *context, struct error *err)
{
    int n = gallery_count(options);
    assert(n > 0);
    struct drawing drawing = {.options = options};
    drawing.people = memory_array((size_t)options->identities, sizeof *drawing.people);
    drawing.pixels = memory_array((size_t)n, FACE_BYTES);
    drawing.labels = memory_array((size_t)n, sizeof *drawing.labels);
    for (int i = 0; i < options->identities; i++)
        drawing.people[i] = face_identity_create(options->seed, i);
    bool go = true;
    while (go && drawing.start < n) {
        int left = n - drawing.start, chunk = left < CHUNK ? left : CHUNK;
        thread_pool_run(pool, chunk, draw, &drawing);
        drawing.start += chunk;
        go = !progress || progress(context, drawing.start, n);
    }
    for (int i = 0; i < options->identities; i++)
        face_identity_destroy(drawing.people[i]);
    free(drawing.people);
    struct shape shape = shape_image(FACE_HEIGHT, FACE_WIDTH, 3);
    if (go)
        return dataset_from_bytes(options->name, n, &shape, drawing.pixels, drawing.labels);
    free(drawing.pixels);
    free(drawing.labels);
    fail_as(err, ERROR_CANCELLED, "%s: cancelled", options->name);
    return NULL;
}
