/* load/picture: every kind of PNG and JPEG, the wrong ones, and damaged ones. */
#include "engine/base/random.h"
#include "engine/io/pictures/picture.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>

enum { WIDTH = 9, HEIGHT = 7, N = WIDTH * HEIGHT };

static const struct shape colour = {3, {HEIGHT, WIDTH, 3}}, grey = {3, {HEIGHT, WIDTH, 1}};

/* Pixels of a picture of so many channels; opacity is 255. */
static void draw(uint8_t *pixels, int channels)
{
    for (int i = 0; i < N; i++)
        for (int c = 0; c < channels; c++)
            pixels[i * channels + c] =
                (uint8_t)(c == (channels == 2 ? 1 : 3) ? 255 : i * 3 + (channels > 2 ? c * 20 : 0));
}

static void write_png(int channels)
{
    uint8_t pixels[4 * N];
    draw(pixels, channels);
    assert_true(stbi_write_png("p.png", WIDTH, HEIGHT, channels, pixels, 0));
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void refuse(const char *path, const struct shape *shape, const char *says)
{
    uint8_t pixels[3 * N];
    struct error err = {0};
    assert_false(picture_read(path, shape, pixels, &err));
    assert_int_equal(err.class, ERROR_INPUT);
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", path, err.text, says);
    assert_non_null(strstr(err.text, says));
    assert_non_null(strstr(err.text, path));
}

static void png_is_read_to_the_last_bit(void **state)
{
    (void)state;
    struct error err = {0};
    for (int channels = 1; channels <= 4; channels++) {
        uint8_t expected[4 * N], pixels[3 * N];
        write_png(channels);
        draw(expected, channels);
        assert_true(picture_read("p.png", &colour, pixels, &err));
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 3; c++)
                assert_int_equal(
                    pixels[3 * i + c], expected[i * channels + (channels > 2 ? c : 0)]);
        if (channels > 2)
            refuse("p.png", &grey, "is in colour, but grey is needed");
        else
            assert_true(picture_read("p.png", &grey, pixels, &err));
        assert_int_equal(pixels[1], expected[channels > 2 ? 1 : channels]);
    }
}

static void jpeg_is_read_nearly(void **state)
{
    (void)state;
    struct error err = {0};
    uint8_t expected[3 * N], pixels[3 * N];
    draw(expected, 3);
    assert_true(stbi_write_jpg("p.jpg", WIDTH, HEIGHT, 3, expected, 100));
    assert_true(picture_read("p.jpg", &colour, pixels, &err));
    for (int i = 0; i < 3 * N; i++)
        assert_true(abs(pixels[i] - expected[i]) <= 12);
}

static void append(uint8_t *file, size_t *size, const char *tag, const uint8_t *data, int n)
{
    uint8_t *chunk = file + *size;
    uint8_t head[] = {0, 0, (uint8_t)(n >> 8), (uint8_t)n};
    memcpy(chunk, head, 4);
    memcpy(chunk + 4, tag, 4);
    if (n > 0)
        memcpy(chunk + 8, data, (size_t)n);
    uint32_t sum = stbiw__crc32(chunk + 4, n + 4);
    for (int i = 0; i < 4; i++)
        chunk[8 + n + i] = (uint8_t)(sum >> (24 - 8 * i));
    *size += 12 + (size_t)n;
}

/* Grey of 16 bits; said to be so wide. */
static size_t make_deep(uint8_t *file, int width)
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t head[] = {0, 0, (uint8_t)(width >> 8), (uint8_t)width, 0, 0, 0, HEIGHT, 16, 0, 0, 0, 0};
    uint8_t rows[HEIGHT * (1 + 2 * WIDTH)] = {0};
    for (int i = 0; i < N; i++) {
        uint8_t *value = rows + i / WIDTH * (1 + 2 * WIDTH) + 1 + i % WIDTH * 2;
        value[0] = (uint8_t)(i * 4);
        value[1] = 0xee;
    }
    int packed_size;
    uint8_t *packed = stbi_zlib_compress(rows, (int)sizeof rows, &packed_size, 8);
    size_t size = sizeof signature;
    memcpy(file, signature, sizeof signature);
    append(file, &size, "IHDR", head, sizeof head);
    append(file, &size, "IDAT", packed, packed_size);
    append(file, &size, "IEND", NULL, 0);
    free(packed);
    return size;
}

static void of_16_bits_the_upper_8_count(void **state)
{
    (void)state;
    struct error err = {0};
    uint8_t file[2048], pixels[3 * N];
    write_bytes("deep.png", file, make_deep(file, WIDTH));
    assert_true(picture_read("deep.png", &grey, pixels, &err));
    for (int i = 0; i < N; i++)
        assert_int_equal(pixels[i], i * 4 % 256);
    assert_true(picture_read("deep.png", &colour, pixels, &err));
    assert_int_equal(pixels[3 * 20 + 2], 80);
}

static void wrong_ones_say_why(void **state)
{
    (void)state;
    uint8_t pixels[4 * N], file[2048];
    draw(pixels, 4);
    pixels[4 * 17 + 3] = 254;
    assert_true(stbi_write_png("glass.png", WIDTH, HEIGHT, 4, pixels, 0));
    refuse("glass.png", &colour, "has transparent pixels");
    assert_true(stbi_write_png("turned.png", HEIGHT, WIDTH, 3, pixels, 0));
    refuse("turned.png", &colour, "is 7x9 pixels, but 9x7 are needed (width x height): resize it");
    write_bytes("wide.png", file, make_deep(file, 65535));
    refuse("wide.png", &grey, "wide.png: is ");
    assert_true(stbi_write_bmp("p.bmp", WIDTH, HEIGHT, 3, pixels));
    refuse("p.bmp", &colour, "is neither PNG nor JPEG");
    write_bytes("empty.png", "", 0);
    refuse("empty.png", &colour, "is neither PNG nor JPEG");
    refuse("missing.png", &colour, "No such file");
    refuse("/dev/zero", &colour, "is not a regular file");
    refuse(".", &colour, "is not a regular file");
    refuse("p.bmp", &(struct shape){3, {HEIGHT, WIDTH, 2}}, "pictures of 1 or 3 channels");
}

static size_t read_bytes(const char *path, uint8_t *bytes, size_t ring)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, ring, file);
    fclose(file);
    return size;
}

/* Cut or changed: read, or refused in one line; whatever it does to its reader. */
static void damage_is_survived(void **state)
{
    (void)state;
    static const char *const names[] = {"p.png", "deep.png", "p.jpg"};
    struct random random;
    random_init(&random, 7, 0);
    for (int f = 0; f < 3; f++) {
        uint8_t whole[4096], bytes[4096], pixels[3 * N];
        size_t size = read_bytes(names[f], whole, sizeof whole);
        for (int trial = 0; trial < 120; trial++) {
            struct error err = {0};
            size_t kept = trial < 40 ? size * (size_t)trial / 40 : size;
            memcpy(bytes, whole, size);
            for (int k = 0; k < trial % 7 && trial >= 40; k++)
                bytes[random_below(&random, (uint32_t)size)] = (uint8_t)random_below(&random, 256);
            write_bytes("bad", bytes, kept);
            bool good = picture_read("bad", &colour, pixels, &err);
            assert_true(good || (err.class == ERROR_INPUT && strncmp(err.text, "bad: ", 5) == 0));
            assert_true(good || trial % 7 > 0 || trial < 40);
            assert_false(good && trial < 40); /* what is cut off is not made up */
        }
    }
}

/* Tables of codes with more of them than there can be, and of more scans than anyone makes. */
static void jpeg_with_impossible_tables_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[4096], pixels[3 * N];
    draw(pixels, 3);
    assert_true(stbi_write_jpg("p.jpg", WIDTH, HEIGHT, 3, pixels, 100));
    size_t size = read_bytes("p.jpg", bytes, sizeof bytes);
    uint8_t *table = bytes;
    while (table[0] != 0xff || table[1] != 0xc4)
        table++;
    memset(table + 5, 255, 16);
    write_bytes("codes.jpg", bytes, size);
    refuse("codes.jpg", &colour, "is damaged: Bogus Huffman table definition");
    const char *real = test_real_folder();
    char path[512];
    snprintf(path, sizeof path, "%s/../hostile/stb_huffman.jpg", real ? real : ".");
    if (real && access(path, R_OK) == 0)
        refuse(path, &(struct shape){3, {55, 47, 3}}, "is damaged: ");
}

static char folder[] = "/tmp/secateur-picture-XXXXXX";

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? chdir(folder) : 1;
}

static int end(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "rm -r '%s'", folder);
    return chdir("/") || system(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_is_read_to_the_last_bit),
        cmocka_unit_test(jpeg_is_read_nearly),
        cmocka_unit_test(of_16_bits_the_upper_8_count),
        cmocka_unit_test(wrong_ones_say_why),
        cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(jpeg_with_impossible_tables_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
