/* JPEG pictures. Leans on libjpeg-turbo, which jumps out of its errors. */
#include "engine/io/pictures/picture_decode.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

enum { RGBA = 4, SCANS_MAX = 100 };

struct reading {
    struct jpeg_error_mgr library; /* must come first */
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    const char *path;
    struct error *err;
};

static _Noreturn void fail_reading(j_common_ptr jpeg)
{
    struct reading *reading = (struct reading *)jpeg->err;
    char reason[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, reason);
    fail(reading->err, "%s: is damaged: %s", reading->path, reason);
    longjmp(reading->out, 1);
}

/* Warnings are below zero: bytes are missing or make no sense, and the library would guess. */
static void hear(j_common_ptr jpeg, int level)
{
    if (level < 0)
        fail_reading(jpeg);
}

/* Each scan of a progressive picture goes through all of it, however few bytes it has. */
static void count_scans(j_common_ptr jpeg)
{
    struct reading *reading = (struct reading *)jpeg->err;
    if (((j_decompress_ptr)jpeg)->input_scan_number <= SCANS_MAX)
        return;
    fail(reading->err, "%s: has more than %d scans", reading->path, SCANS_MAX);
    longjmp(reading->out, 1);
}

static bool read_rows(
    j_decompress_ptr jpeg, struct reading *reading, const struct picture_file *file, uint8_t *rgba)
{
    if (setjmp(reading->out))
        return false;
    jpeg_create_decompress(jpeg);
    jpeg->progress = &reading->progress;
    jpeg_mem_src(jpeg, file->bytes, (unsigned long)file->size);
    jpeg_read_header(jpeg, TRUE);
    if (!picture_check_size(file, jpeg->image_width, jpeg->image_height, reading->err))
        return false;
    if (jpeg->num_components != 1 && jpeg->num_components != 3)
        return fail(
            reading->err, "%s: has %d colours, expected 1 or 3", file->path, jpeg->num_components);
    jpeg->out_color_space = JCS_EXT_RGBA;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = rgba + (size_t)jpeg->output_scanline * (size_t)file->width * RGBA;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return true;
}

bool picture_decode_jpeg(const struct picture_file *file, uint8_t *rgba, struct error *err)
{
    struct jpeg_decompress_struct jpeg = {0};
    struct reading reading = {.path = file->path, .err = err};
    jpeg.err = jpeg_std_error(&reading.library);
    reading.library.error_exit = fail_reading;
    reading.library.emit_message = hear;
    reading.progress.progress_monitor = count_scans;
    bool good = read_rows(&jpeg, &reading, file, rgba);
    jpeg_destroy_decompress(&jpeg);
    return good;
}
