/* Images pixel by pixel, enlarged by whole numbers and never smoothed, with a table of what they
 * are. */
#include "views/figures/figure_pictures.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHEET_ACROSS = 6, ZOOM_MAX = 64 };

/* Faces side by side on white. */
struct sheet {
    const struct snapshot *s;
    int zoom, across, down, gap; /* gap in pixels of the file */
    int width, height;           /* of the file */
    uint8_t *rgb;
};

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

bool figure_pictures_make(struct figure *f, const struct face *faces, int n, struct error *err)
{
    int zoom = f->request->zoom > 0 ? f->request->zoom : 4;
    struct sheet sheet;
    if (zoom > ZOOM_MAX)
        return fail_as(err, ERROR_USAGE, "zoom is %d, but must be 1 to %d", zoom, ZOOM_MAX);
    metadata_add(&f->metadata, "zoom", "%d", zoom);
    figure_begin(f, 0, err);
    csv_printf(&f->csv, "row,column,set,image,label,predicted,fate\n");
    sheet_init(&sheet, f->snapshot, zoom, n, SHEET_ACROSS);
    for (int i = 0; i < n; i++) {
        sheet_put(&sheet, i, faces[i]);
        add_face(&f->csv, &sheet, f->round, i, faces[i]);
    }
    f->rgb = sheet.rgb;
    f->width = sheet.width;
    f->height = sheet.height;
    return true;
}

bool figure_pictures_select(
    const struct figure *f, struct faces *faces, int *cursor, struct error *err)
{
    if (!figure_measured(f, err))
        return false;
    struct view_state view_state = *f->view_state;
    view_state.still = -1; /* of the round that the figure shows */
    faces_init(faces, f->snapshot, &view_state);
    *cursor = f->view_state->face < faces->n ? f->view_state->face : faces->n - 1;
    *cursor = *cursor > 0 ? *cursor : 0;
    if (faces->n > 0)
        return true;
    faces_finish(faces);
    return fail_as(err, ERROR_FAILED, "no image passes the filter");
}
