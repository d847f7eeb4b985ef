/* PNG and JPEG pictures, for a net of colours and for one of greys. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "engine/io/pictures/picture.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#pragma GCC diagnostic pop

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 24, HEIGHT = 17 };

static void draw(uint8_t *pixels, int channels)
{
    for (int i = 0; i < WIDTH * HEIGHT * channels; i++)
        pixels[i] = (uint8_t)(channels == 2 || channels == 4 ? (i % channels == channels - 1) * 255
                                                             : i * 7 % 251);
}

static void add_jpeg(struct fuzz_seeds *seeds, uint8_t *pixels, int channels, bool progressive)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = WIDTH;
    jpeg.image_height = HEIGHT;
    jpeg.input_components = channels;
    jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg.restart_interval = progressive ? 0 : 2;
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < HEIGHT) {
        uint8_t *row = pixels + jpeg.next_scanline * WIDTH * (unsigned)channels;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    fuzz_seed(seeds, bytes, size);
    free(bytes);
}

static void seeds(struct fuzz_seeds *seeds)
{
    uint8_t pixels[WIDTH * HEIGHT * 4];
    for (int channels = 1; channels <= 4; channels++) {
        draw(pixels, channels);
        stbi_write_png("seed", WIDTH, HEIGHT, channels, pixels, WIDTH * channels);
        fuzz_seed_file(seeds, "seed");
    }
    for (int channels = 1; channels <= 3; channels += 2) {
        draw(pixels, channels);
        add_jpeg(seeds, pixels, channels, false);
        add_jpeg(seeds, pixels, channels, true);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct shape colour = shape_image(HEIGHT, WIDTH, 3), grey = shape_image(HEIGHT, WIDTH, 1);
    uint8_t pixels[WIDTH * HEIGHT * 3];
    struct error err = {0};
    fuzz_write("input", data, size);
    fuzz_judge(picture_read("input", &colour, pixels, &err), &err, "input");
    fuzz_judge(picture_read("input", &grey, pixels, &err), &err, "input");
    int height, width;
    err = (struct error){0};
    uint8_t *rgba = picture_read_rgba("input", 4 * WIDTH, &height, &width, &err);
    fuzz_judge(rgba, &err, "input");
    fuzz_check(!rgba || (height > 0 && width > 0), "a picture has pixels", "input");
    free(rgba);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "picture", .seeds = seeds, .mutate = mutate_picture, .ending = ".jpg"};
