/* Image sets without a container: IDX images with their labels, also packed by gzip, a batch of
 * CIFAR, a text list. The input's first byte says which. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"

#include "engine/io/images/dataset.h"
#include "engine/io/images/dataset_shape.h"

#include <string.h>
#include <zlib.h>

enum { IMAGES = 3, SIDE = 4, RECORD = 3073 };

/* 'g' and the images as gzip packs them. */
static void seed_packed(struct fuzz_seeds *seeds, const uint8_t *images, size_t size)
{
    enum { WITH_HEADER = 16 };
    uint8_t packed[512] = {'g'};
    z_stream stream = {.next_in = (uint8_t *)(uintptr_t)images,
        .avail_in = (unsigned)size,
        .next_out = packed + 1,
        .avail_out = sizeof packed - 1};
    deflateInit2(&stream, 6, Z_DEFLATED, WITH_HEADER + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    deflate(&stream, Z_FINISH);
    fuzz_seed(seeds, packed, 1 + stream.total_out);
    deflateEnd(&stream);
}

static void seeds(struct fuzz_seeds *seeds)
{
    uint8_t idx[17 + IMAGES * SIDE * SIDE] = {
        'i', 0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    static uint8_t cifar[1 + 2 * RECORD] = {'c', 3};
    fuzz_seed(seeds, idx, sizeof idx);
    seed_packed(seeds, idx + 1, sizeof idx - 1);
    fuzz_seed(seeds, cifar, sizeof cifar);
    fuzz_seed_text(seeds, "lpath,label\na.png 1\n# b\n\"c d.png\",2\n");
    fuzz_seed_text(seeds, "llabel;w;file\n1;2;'a.png'\n");
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    mutate_bytes(input, random);
}

static void look(const char *name, const char *path, const struct shape *shape)
{
    struct error err = {0};
    struct dataset_options options = {.shape = *shape};
    struct shape found;
    struct dataset *dataset = dataset_open(name, &options, &err);
    fuzz_judge(dataset, &err, path);
    fuzz_check(!dataset || dataset_count(dataset) > 0, "a set has images", name);
    dataset_unref(dataset);
    err = (struct error){0};
    bool any = dataset_shape_find(name, &options, &found, &err);
    fuzz_check(!any || shape_count(&found) > 0, "a shape has values", name);
    fuzz_judge(any, &err, path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, IMAGES, 0, 1, 2};
    const struct shape grey = {3, {SIDE, SIDE, 1}}, colour = {3, {32, 32, 3}};
    if (size == 0)
        return 0;
    const uint8_t *rest = data + 1;
    if (data[0] == 'c') {
        fuzz_write("data_batch_1.bin", rest, size - 1);
        look("data_batch_1.bin", "data_batch_1.bin", &colour);
    } else if (data[0] == 'l') {
        fuzz_write("list.txt", rest, size - 1);
        look("list.txt", NULL, &grey);
    } else if (data[0] == 'g') {
        fuzz_write("labels.idx", labels, sizeof labels);
        fuzz_write("images.idx.gz", rest, size - 1);
        look("images.idx.gz", "images.idx.gz", &grey);
    } else {
        fuzz_write("labels.idx", labels, sizeof labels);
        fuzz_write("images.idx", rest, size - 1);
        look("images.idx", "images.idx", &grey);
    }
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "set_plain", .seeds = seeds, .mutate = mutate};
