/* Nets and sets in which the HDF5 library puts other attributes, links and chunks: whole in their
 * form, wrong in what they say. */
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"

#include "tests/unit/io/load_sets.h"

static const char place[] = "edit.h5";

static void take(struct fuzz_input *input)
{
    size_t size;
    uint8_t *bytes = files_read(place, &size);
    input->size = size < FUZZ_MOST ? size : FUZZ_MOST;
    memcpy(input->bytes, bytes, input->size);
    free(bytes);
}

static hid_t object_of(hid_t file, struct random *random)
{
    static const char *const objects[] = {"/", "/model_weights", "/model_weights/conv",
        "/model_weights/output", "/model_weights/conv/conv/kernel:0"};
    return H5Oopen(file, objects[random_below(random, 5)], H5P_DEFAULT);
}

/* The attribute anew: text, fixed or of any length, one or a list of them; or numbers. */
static void set_attribute(hid_t object, const char *name, const char *text, struct random *random)
{
    static const hsize_t counts[] = {0, 1, 2, 3, 1000};
    bool numbers = random_below(random, 8) == 0, fixed = random_below(random, 2);
    hsize_t n = random_below(random, 2) ? 1 : counts[random_below(random, 5)];
    size_t length = strlen(text) + random_below(random, 3);
    hid_t type = H5Tcopy(numbers ? H5T_NATIVE_DOUBLE : H5T_C_S1);
    hid_t space =
        n == 1 && random_below(random, 2) ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, NULL);
    if (!numbers)
        H5Tset_size(type, fixed ? (length ? length : 1) : H5T_VARIABLE);
    if (!numbers && fixed && length > 60000)
        n = 0;
    H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    size_t item = H5Tget_size(type);
    char *values = memory_array((size_t)n + 1, item + 8);
    for (hsize_t i = 0; i < n && !numbers; i++)
        if (fixed)
            memcpy(values + i * item, text, item < strlen(text) ? item : strlen(text));
        else
            memcpy(values + i * sizeof text, &text, sizeof text);
    if (attribute >= 0)
        H5Awrite(attribute, type, values);
    free(values);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

static void change_attribute(hid_t file, struct random *random)
{
    static const char *const names[] = {"layer_names", "weight_names", "layer_names0",
        "weight_names1", "keras_version", "backend", "secateur_knowledge"};
    static const char *const texts[] = {"", "conv", "output", "conv/kernel:0", "../conv", "/",
        "2.7.0", "tensorflow", "\n=", "\xff", "clean poisoned", "99.99"};
    hid_t object = object_of(file, random);
    set_attribute(object, names[random_below(random, 7)], texts[random_below(random, 12)], random);
    H5Oclose(object);
}

static void change_config(hid_t file, struct random *random)
{
    static uint8_t bytes[FUZZ_MOST + 1];
    struct fuzz_input json = {bytes, strlen(TINY)};
    memcpy(bytes, TINY, json.size);
    for (uint32_t n = 1 + random_below(random, 3); n > 0; n--)
        mutate_json(&json, random);
    bytes[json.size < FUZZ_MOST ? json.size : FUZZ_MOST] = '\0';
    set_attribute(file, "model_config", (const char *)bytes, random);
}

static void change_links(hid_t file, struct random *random)
{
    static const char *const places[] = {"/model_weights", "/model_weights/conv",
        "/model_weights/conv/conv", "/model_weights/conv/conv/kernel:0", "/model_weights/output",
        "/data", "/label", "/a"};
    const char *from = places[random_below(random, 8)], *to = places[random_below(random, 8)];
    H5Ldelete(file, to, H5P_DEFAULT);
    switch (random_below(random, 3)) {
    case 0:
        H5Lcreate_soft(from, file, to, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 1:
        H5Lcreate_hard(file, from, file, to, H5P_DEFAULT, H5P_DEFAULT);
        break;
    default:
        H5Lcreate_external("/etc/passwd", from, file, to, H5P_DEFAULT, H5P_DEFAULT);
    }
}

void mutate_hdf5_net(struct fuzz_input *input, struct random *random)
{
    unlink(place);
    tiny_write(place);
    hid_t file = H5Fopen(place, H5F_ACC_RDWR, H5P_DEFAULT);
    for (uint32_t n = 1 + random_below(random, 2); n > 0; n--)
        switch (random_below(random, 5)) {
        case 0:
            change_links(file, random);
            break;
        case 1:
        case 2:
            change_attribute(file, random);
            break;
        default:
            change_config(file, random);
        }
    H5Fclose(file);
    take(input);
}

/* Bytes as they are stored, in place of a chunk that filters made. */
static void change_chunk(hid_t file, struct random *random)
{
    uint8_t bytes[512];
    hid_t data = H5Dopen2(file, "data", H5P_DEFAULT);
    hsize_t at[] = {2 * random_below(random, N / 2 + 1), 2 * random_below(random, 2), 0, 0};
    hsize_t size = 0;
    if (H5Dget_chunk_storage_size(data, at, &size) < 0 || size > sizeof bytes)
        size = sizeof bytes;
    uint32_t mask = 0;
    H5Dread_chunk(data, H5P_DEFAULT, at, &mask, bytes);
    bytes[mutate_below(random, size)] ^= (uint8_t)(1 + random_below(random, 255));
    size_t changed = random_below(random, 2) ? size : 1 + mutate_below(random, sizeof bytes);
    mask = random_below(random, 4) ? mask : random_below(random, 8);
    H5Dwrite_chunk(data, H5P_DEFAULT, mask, at, changed, bytes);
    H5Dclose(data);
}

void mutate_hdf5_set(struct fuzz_input *input, struct random *random)
{
    struct stored stored = {.type = random_below(random, 2) ? H5T_IEEE_F64LE : H5T_STD_U8LE,
        .planes = random_below(random, 2)};
    const hsize_t chunk[] = {2, 2, stored.planes ? H : W, stored.planes ? W : C};
    memcpy(stored.chunk, chunk, sizeof chunk);
    unlink(place);
    write_images(place, "data", &stored);
    write_labels(place, "label", N + (int)random_below(random, 2));
    hid_t file = H5Fopen(place, H5F_ACC_RDWR, H5P_DEFAULT);
    if (random_below(random, 4))
        change_chunk(file, random);
    else
        change_links(file, random);
    H5Fclose(file);
    take(input);
}
