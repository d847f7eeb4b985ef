/* Images as they are, enlarged by whole numbers, never smoothed: one, a pair, a sheet. */
#include "engine/base/memory.h"
#include "views/exports.h"
#include "views/faces.h"
#include "views/figure.h"
#include "views/file.h"
#include "views/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STBIW_ASSERT(x) ((void)(x))
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

enum { SHEET_FACES = 24, SHEET_ACROSS = 6, ZOOM_MAX = 64 };

/* Faces side by side on white. */
struct sheet {
    const struct snapshot *s;
    int zoom, across, down, gap; /* gap in pixels of the file */
    int width, height;           /* of the file */
    uint8_t *rgb;
};

struct bytes {
    uint8_t *bytes;
    size_t size;
};

static void collect(void *context, void *data, int size)
{
    struct bytes *out = context;
    out->bytes = memory_grow(out->bytes, out->size + (size_t)size, 1);
    memcpy(out->bytes + out->size, data, (size_t)size);
    out->size += (size_t)size;
}

static void sheet_init(struct sheet *sheet, const struct snapshot *s, int zoom, int n, int across)
{
    *sheet = (struct sheet){.s = s, .zoom = zoom, .gap = zoom};
    sheet->across = n < across ? n : across;
    sheet->down = (n + sheet->across - 1) / sheet->across;
    sheet->width = sheet->across * (s->width * zoom + sheet->gap) - sheet->gap;
    sheet->height = sheet->down * (s->height * zoom + sheet->gap) - sheet->gap;
    size_t size = (size_t)sheet->width * (size_t)sheet->height;
    sheet->rgb = memory_array(size, 3);
    memset(sheet->rgb, 255, 3 * size);
}

static void sheet_put(struct sheet *sheet, int place, struct face face)
{
    const struct snapshot *s = sheet->s;
    int left = place % sheet->across * (s->width * sheet->zoom + sheet->gap);
    int top = place / sheet->across * (s->height * sheet->zoom + sheet->gap);
    uint8_t *pixels = memory_array((size_t)s->width * (size_t)s->height, 3);
    snapshot_image(s, face.set, face.index, pixels);
    for (int y = 0; y < s->height * sheet->zoom; y++)
        for (int x = 0; x < s->width * sheet->zoom; x++) {
            const uint8_t *from =
                pixels + 3 * ((long)(y / sheet->zoom) * s->width + x / sheet->zoom);
            memcpy(sheet->rgb + 3 * ((long)(top + y) * sheet->width + left + x), from, 3);
        }
    free(pixels);
}

static void add_face(
    struct csv *csv, const struct sheet *sheet, int round, int place, struct face face)
{
    const struct snapshot *s = sheet->s;
    csv_printf(csv, "%d,%d,%s,%d,%d,%d,%s\n", place / sheet->across, place % sheet->across,
        face.set == SET_CLEAN ? "clean" : "poisoned", face.index,
        (int)s->labels[face.set][face.index], faces_predicted(s, round, face),
        faces_word(faces_fate(s, round, face)));
}

static bool write_sheet(const struct export_request *request, const char *stem, const char *what,
    const struct face *faces, int n, char *path, struct error *err)
{
    int zoom = request->zoom > 0 ? request->zoom : 4;
    int round = view_round_of(request->snapshot, request->look);
    struct bytes png = {0};
    struct sheet sheet;
    struct notes notes;
    struct csv csv;
    if (zoom > ZOOM_MAX)
        return fail_as(err, ERROR_USAGE, "zoom %d: 1 to %d are possible", zoom, ZOOM_MAX);
    notes_fill(&notes, request, what);
    notes_add(&notes, "zoom", "%d", zoom);
    csv_init(&csv, &notes);
    csv_printf(&csv, "row,column,set,image,label,predicted,fate\n");
    sheet_init(&sheet, request->snapshot, zoom, n, SHEET_ACROSS);
    for (int i = 0; i < n; i++) {
        sheet_put(&sheet, i, faces[i]);
        add_face(&csv, &sheet, round, i, faces[i]);
    }
    bool written = stbi_write_png_to_func(
                       collect, &png, sheet.width, sheet.height, 3, sheet.rgb, 3 * sheet.width) ||
                   fail_as(err, ERROR_FAILED, "the picture could not be packed");
    written = written && png_annotate(&png.bytes, &png.size, 0, &notes, err) &&
              figure_write(request, stem, "png", png.bytes, png.size, &csv, path, err);
    csv_finish(&csv);
    free(sheet.rgb);
    free(png.bytes);
    return written;
}

/* The face under the look's cursor; false when the filter lets none through. */
static bool at_cursor(
    const struct export_request *request, struct faces *faces, int *cursor, struct error *err)
{
    if (!figure_possible(request, err))
        return false;
    faces_init(faces, request->snapshot, request->look);
    *cursor = request->look->face < faces->n ? request->look->face : faces->n - 1;
    *cursor = *cursor > 0 ? *cursor : 0;
    if (faces->n > 0)
        return true;
    faces_finish(faces);
    return fail_as(err, ERROR_FAILED, "no image passes the filter");
}

static bool write_face(const struct export_request *request, char *path, struct error *err)
{
    struct faces faces;
    char stem[128], what[128];
    int cursor;
    if (!at_cursor(request, &faces, &cursor, err))
        return false;
    const struct face *face = &faces.face[cursor];
    const char *set = face->set == SET_CLEAN ? "clean" : "poisoned";
    file_stem(stem, sizeof stem, "face_%s_%d", set, face->index);
    snprintf(what, sizeof what, "%s image %d", set, face->index);
    bool written = write_sheet(request, stem, what, face, 1, path, err);
    faces_finish(&faces);
    return written;
}

static bool write_pair(const struct export_request *request, char *path, struct error *err)
{
    const struct snapshot *s = request->snapshot;
    struct faces faces;
    char stem[128], what[128];
    int cursor;
    if (s->n_images[SET_CLEAN] != s->n_images[SET_POISONED])
        return fail_as(err, ERROR_FAILED, "%d clean and %d poisoned images are no pairs",
            s->n_images[SET_CLEAN], s->n_images[SET_POISONED]);
    if (!at_cursor(request, &faces, &cursor, err))
        return false;
    int index = faces.face[cursor].index;
    struct face pair[] = {{SET_CLEAN, index}, {SET_POISONED, index}};
    file_stem(stem, sizeof stem, "pair_%d", index);
    snprintf(what, sizeof what, "image %d clean and poisoned", index);
    bool written = write_sheet(request, stem, what, pair, 2, path, err);
    faces_finish(&faces);
    return written;
}

static bool write_faces(const struct export_request *request, char *path, struct error *err)
{
    static const char *const filters[] = {"changed", "all", "wrong"};
    struct faces faces;
    char stem[128], what[128];
    int cursor;
    if (!at_cursor(request, &faces, &cursor, err))
        return false;
    int n = faces.n - cursor < SHEET_FACES ? faces.n - cursor : SHEET_FACES;
    file_stem(stem, sizeof stem, "faces_%s_round%d", filters[faces.filter], faces.round);
    snprintf(what, sizeof what, "%d of %d images (%s in round %d)", n, faces.n,
        filters[faces.filter], faces.round);
    bool written = write_sheet(request, stem, what, faces.face + cursor, n, path, err);
    faces_finish(&faces);
    return written;
}

const struct export exports_face = {
    .name = "face",
    .extension = "png",
    .help = "the image under the cursor, pixel for pixel",
    .write = write_face,
};

const struct export exports_pair = {
    .name = "pair",
    .extension = "png",
    .help = "the image under the cursor, clean and poisoned side by side",
    .write = write_pair,
};

const struct export exports_faces = {
    .name = "faces",
    .extension = "png",
    .help = "a sheet of up to 24 images from the cursor on, as the filter has them",
    .write = write_faces,
};
