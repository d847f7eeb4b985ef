/* What a parent gets from a reader that lies: a net, an image set, a picture. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/nets.h"
#include "tests/fuzz/reader_thread.h"
#include "tests/fuzz/sets.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset.h"
#include "engine/io/pictures/picture.h"
#include "engine/io/nets/model.h"
#include "engine/io/sandbox/frame.h"

#include <stdlib.h>
#include <string.h>

enum listener { NET, SET, PICTURE, LISTENERS };
enum { SIDE = 4, WIDE = 5 };

static const char place[] = "any";

static void listen_to(enum listener listener, const char *path)
{
    struct error err = {0};
    uint8_t pixels[SIDE * WIDE * 3];
    struct shape shape = shape_image(SIDE, WIDE, 3);
    struct dataset_options options = {.shape = shape, .n_classes = listener == SET ? 3 : 0};
    struct model *model = listener == NET ? model_open(path, NULL, &err) : NULL;
    struct dataset *set = listener == SET ? dataset_open(path, &options, &err) : NULL;
    bool picture = listener == PICTURE && picture_read(path, &shape, pixels, &err);
    bool read = model || set || picture;
    if (read || err.class != ERROR_FAILED) /* no memory, it may say */
        fuzz_judge(read, &err, NULL);
    model_destroy(model);
    dataset_unref(set);
}

/* What an honest one says. */
static void record(struct fuzz_seeds *seeds, enum listener listener, const char *path)
{
    size_t size;
    reader_kind = READER_THREAD;
    listen_to(listener, path);
    const char *said = reader_thread_said(&size);
    char *seed = memory_array(size + 1, 1);
    seed[0] = (char)listener;
    memcpy(seed + 1, said, size);
    fuzz_seed(seeds, seed, size + 1);
    free(seed);
}

/* The pixels, in one frame. */
static void say_picture(struct fuzz_seeds *seeds)
{
    enum { PIXELS = SIDE * WIDE * 3 };
    const struct frame frames[] = {{FRAME_DATA, PIXELS}, {FRAME_END, 0}};
    char seed[1 + PIXELS + sizeof frames] = {PICTURE};
    memcpy(seed + 1, &frames[0], sizeof frames[0]);
    memcpy(seed + 1 + sizeof frames[0] + PIXELS, &frames[1], sizeof frames[1]);
    fuzz_seed(seeds, seed, sizeof seed);
}

static void seeds(struct fuzz_seeds *seeds)
{
    nets_write_h5("net.h5");
    record(seeds, NET, "net.h5");
    sets_write_h5("packed.h5", true);
    record(seeds, SET, "packed.h5");
    record(seeds, PICTURE, "packed.h5"); /* refused */
    say_picture(seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum reader_kind before = reader_kind;
    if (size == 0)
        return 0;
    reader_kind = READER_LIES;
    fuzz_write(place, "x", 1);
    reader_thread_lie(data + 1, size - 1);
    listen_to(data[0] % LISTENERS, place);
    reader_kind = before;
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "reader", .seeds = seeds, .mutate = mutate_frames};
