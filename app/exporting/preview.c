/* The overlay of a preview. The picture is made anew where the screen, its pixels or the round that
 * is shown change; it waits for a run to end. */
#include "app/exporting/preview.h"

#include "app/graphics/graphics_choice.h"
#include "engine/base/memory.h"
#include "views/cells/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_WIDTH = 8, CELL_HEIGHT = 16, PIXELS_MOST = 3000000, WORDS = 32 };

/* What a picture was made for. */
struct made_for {
    const struct snapshot *snapshot; /* held */
    int round;
    struct paper_screen screen;
    enum depth depth;
    bool letters, ascii;
};

struct preview {
    const struct export *export;
    char size[WORDS], style[WORDS], formats[WORDS];
    const char *version;
    struct made_for made;
    bool good;
    struct export_picture picture;
    struct error err;
};

/* Between the line above and the line below. */
static struct area room_of(int columns, int rows)
{
    return (struct area){0, 1, columns, rows - 2};
}

/* Of many large cells kitty and we enlarge what was drawn smaller. */
static struct paper_screen screen_of(const struct view_state *look, int columns, int rows)
{
    struct area room = room_of(columns, rows);
    bool sized = look->pixels && graphics_cell_size(look->cell_width, look->cell_height);
    double width = sized ? look->cell_width : CELL_WIDTH;
    double height = sized ? look->cell_height : CELL_HEIGHT;
    double share = PIXELS_MOST / (width * height * room.columns * room.rows);
    double zoom = share < 1 ? sqrt(share) : 1;
    return (struct paper_screen){.columns = room.columns,
        .rows = room.rows,
        .cell_width = (int)fmax(2, width * zoom),
        .cell_height = (int)fmax(4, height * zoom)};
}

static struct made_for wanted_of(const struct preview *preview, const struct snapshot *s,
    const struct view_state *look, int columns, int rows)
{
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    const struct snapshot *shown = rests || !preview->made.snapshot ? s : preview->made.snapshot;
    return (struct made_for){
        .snapshot = shown,
        .round = view_shown_round_of(shown, look),
        .screen = screen_of(look, columns, rows),
        .depth = look->depth,
        .letters = !look->pixels,
        .ascii = look->ascii,
    };
}

static bool same(const struct made_for *a, const struct made_for *b)
{
    const struct paper_screen *x = &a->screen, *y = &b->screen;
    return a->snapshot == b->snapshot && a->round == b->round && x->columns == y->columns &&
           x->rows == y->rows && x->cell_width == y->cell_width &&
           x->cell_height == y->cell_height && a->depth == b->depth && a->letters == b->letters &&
           a->ascii == b->ascii;
}

/* Without colours ink is what is lit, not paper. */
static void invert(struct export_picture *picture)
{
    size_t n = (size_t)picture->width * (size_t)picture->height * 3;
    for (size_t i = 0; i < n; i++)
        picture->rgb[i] = (uint8_t)(255 - picture->rgb[i]);
}

static void make(
    struct preview *preview, const struct made_for *wanted, const struct view_state *look)
{
    struct export_request request = {.snapshot = wanted->snapshot,
        .view_state = look,
        .size = preview->size,
        .style = preview->style,
        .version = preview->version};
    snapshot_ref(wanted->snapshot);
    snapshot_unref(preview->made.snapshot);
    export_picture_finish(&preview->picture);
    preview->made = *wanted;
    preview->good = exports_picture(preview->export, &request, wanted->screen, wanted->letters,
        &preview->picture, &preview->err);
    bool lit = wanted->ascii || wanted->depth == DEPTH_MONO;
    if (preview->good && preview->picture.columns > 0 && lit)
        invert(&preview->picture);
}

static void follow(struct preview *preview, const struct snapshot *s, const struct view_state *look,
    int columns, int rows)
{
    struct made_for wanted = wanted_of(preview, s, look, columns, rows);
    if (wanted.screen.columns > 0 && wanted.screen.rows > 0 && !same(&preview->made, &wanted))
        make(preview, &wanted, look);
}

static uint32_t middle(uint32_t a, uint32_t b)
{
    return ((a ^ b) & 0xfefefe) / 2 + (a & b);
}

/* Letters on the colours that are there, which are told apart from them. */
static void write_word(const struct pane *pane, int column, int row, const struct paper_word *word)
{
    struct cells *cells = pane->cells;
    struct cell before[PANE_TEXT];
    int width = pane_width(pane, word->text);
    for (int i = 0; i < width && i < PANE_TEXT; i++)
        before[i] = *cells_at(cells, pane->column + column + i, pane->row + row);
    pane_text(pane, column, row, word->role, word->text);
    for (int i = 0; i < width && i < PANE_TEXT; i++) {
        struct cell *cell = cells_at(cells, pane->column + column + i, pane->row + row);
        if (pane->view_state->depth == DEPTH_MONO || before[i].bg == CELL_DEFAULT)
            continue;
        bool plain = before[i].glyph == ' ';
        cell->bg = plain ? before[i].bg : middle(before[i].fg, before[i].bg);
        cell->fg = cell->fg == CELL_DEFAULT ? pane->theme->ink : cell->fg;
        if (theme_contrast(cell->fg, cell->bg) < 3)
            cell->fg = theme_contrast(0, cell->bg) < 7 ? 0xffffff : 0;
    }
}

/* A word that would lie on an earlier one is left out. */
static void write_words(const struct pane *pane, const struct export_picture *picture)
{
    bool *taken = memory_array((size_t)pane->columns * (size_t)pane->rows, sizeof *taken);
    for (int i = 0; i < picture->words.n; i++) {
        const struct paper_word *word = &picture->words.word[i];
        int width = pane_width(pane, word->text);
        double x = word->x * pane->columns / picture->width;
        int row = (int)floor(word->y * pane->rows / picture->height);
        int column = (int)lrint(word->align == ALIGN_RIGHT    ? x - width
                                : word->align == ALIGN_CENTRE ? x - width / 2.0
                                                              : x);
        column = column + width > pane->columns ? pane->columns - width : column;
        column = column > 0 ? column : 0;
        bool fits = row >= 0 && row < pane->rows && width <= pane->columns && width > 0;
        for (int k = 0; fits && k < width; k++)
            fits = !taken[row * pane->columns + column + k];
        for (int k = 0; fits && k < width; k++)
            taken[row * pane->columns + column + k] = true;
        if (fits)
            write_word(pane, column, row, word);
    }
    free(taken);
}

static void draw_picture(const struct pane *pane, const struct export_picture *picture)
{
    struct area all = {0, 0, pane->columns, pane->rows};
    if (picture->columns == 0) {
        all.row = (pane->rows - picture_fit(all, picture->width, picture->height).rows) / 2;
        all.rows -= all.row;
        picture_draw(pane, all, picture->rgb, picture->width, picture->height);
        return;
    }
    struct area area = {(pane->columns - picture->columns) / 2, (pane->rows - picture->rows) / 2,
        picture->columns, picture->rows};
    picture_fill(pane, area, picture->rgb, picture->width, picture->height);
    struct pane paper = pane_part(pane, area);
    if (pane->view_state->depth != DEPTH_MONO)
        paper.theme = theme_paper();
    write_words(&paper, picture);
}

/* How it will be written, where the line has room for it. */
static void draw_lines(const struct preview *preview, const struct pane *pane)
{
    const struct export *export = preview->export;
    char how[4 * WORDS] = "png";
    int column = pane_text(pane, 1, 0, ROLE_STRONG, export->name);
    column = pane_text(pane, column + 2, 0, ROLE_TEXT, export->help);
    if (!export->pixels)
        snprintf(how, sizeof how, "%s, %s, %s", preview->size, preview->style, preview->formats);
    if (column + 2 + pane_width(pane, how) < pane->columns)
        pane_right(pane, pane->columns - 1, 0, ROLE_FAINT, "%s", how);
    if (pane->rows > 1)
        pane_text(pane, 1, pane->rows - 1, ROLE_KEY, "e exports this figure  any other key closes");
}

static void draw(const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct preview *preview = overlay->content;
    struct area all = {0, 0, cells->columns, cells->rows};
    struct pane whole = pane_of(input, cells, all);
    follow(preview, input->snapshot, input->view_state, cells->columns, cells->rows);
    cells_fill(cells, all, theme_cell(whole.theme, ROLE_TEXT));
    draw_lines(preview, &whole);
    struct area room = room_of(cells->columns, cells->rows);
    if (room.columns < 1 || room.rows < 1)
        return;
    struct pane pane = pane_part(&whole, room);
    if (preview->good)
        draw_picture(&pane, &preview->picture);
    else
        pane_paragraph(&pane, 1, pane.rows - 1, ROLE_BAD, preview->err.text);
}

static enum overlay_answer key(struct overlay *overlay, const struct event *event)
{
    (void)overlay;
    if (event->key == PRESS_DRAG || event->key == PRESS_RELEASE)
        return OVERLAY_STAYS;
    return event->key == 'e' ? OVERLAY_ACCEPTED : OVERLAY_CANCELLED;
}

static void finish(void *content)
{
    struct preview *preview = content;
    export_picture_finish(&preview->picture);
    snapshot_unref(preview->made.snapshot);
    free(preview);
}

bool preview_open(struct overlay *overlay, const struct export *export,
    const struct export_request *request, int columns, int rows, struct error *err)
{
    static const struct overlay_kind kind = {.draw = draw, .key = key, .finish = finish};
    struct preview *preview = memory_array(1, sizeof *preview);
    preview->export = export;
    preview->version = request->version;
    snprintf(preview->size, WORDS, "%s", request->size);
    snprintf(preview->style, WORDS, "%s", request->style);
    snprintf(preview->formats, WORDS, "%s", request->formats);
    columns = columns > 1 ? columns : 1;
    follow(preview, request->snapshot, request->view_state, columns, rows > 3 ? rows : 3);
    if (!preview->good) {
        *err = preview->err;
        finish(preview);
        return false;
    }
    overlay_open(overlay, &kind, export->name);
    overlay->content = preview;
    return true;
}
