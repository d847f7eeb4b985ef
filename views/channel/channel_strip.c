/* Channels as a strip of colours with the cursor on it. */
#include "views/charts/heatmap.h"
#include "views/channel/channel_sheet.h"

int channel_sheet_strip(const struct channel_sheet *sheet, int row, int rows)
{
    struct pane pane = pane_part(sheet->pane, (struct area){0, row, sheet->pane->columns, rows});
    struct canvas *canvas = canvas_cells_create(&pane);
    struct canvas_box box = {0, 0, pane.columns, pane.rows};
    struct heatmap map;
    int used = 0;
    if (heatmap_fit(&map, canvas, sheet->snapshot, sheet->channels, box)) {
        int bands = 1 + (sheet->channels->poisoned && rows >= 4) + map.difference;
        int axis = bands * (int)map.row + 2;
        used = map.overview >= axis ? axis + 1 : axis;
        heatmap_draw(canvas, &map, box);
        int x = (int)(map.label + (sheet->channels->cursor - map.first) * map.column);
        int state = axis - 2 < rows ? axis - 2 : 0;
        for (int k = 0; k < (int)map.column; k++) {
            struct cell *cell = cells_at(sheet->pane->cells, pane.column + x + k, pane.row + state);
            struct cell cursor = theme_cell(pane.theme, ROLE_CURSOR);
            if (cell && x + k < pane.columns && state < pane.rows) {
                cursor.glyph = cell->glyph;
                *cell = cursor;
            }
        }
        if (sheet->input->focused && x < pane.columns && state < pane.rows) {
            sheet->pane->cells->cursor_column = pane.column + x;
            sheet->pane->cells->cursor_row = pane.row + state;
        }
    }
    canvas_destroy(canvas);
    return used;
}
