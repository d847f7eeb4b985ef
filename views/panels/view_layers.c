/* The layers of the net, what an examination found in each, and which one it suggests to prune. */
#include "engine/measures/number.h"
#include "engine/measures/verdict.h"
#include "views/facts/branches.h"
#include "views/panels/layer_branches.h"
#include "views/cells/panel.h"

#include <stdio.h>
#include <string.h>

struct sheet {
    const struct view_input *input;
    const struct snapshot *snapshot;
    const struct pane *pane;
};

/* A column of the table, shown while there is room for it. */
struct column {
    const char *title[2]; /* its two lines */
    int width;
    bool left;    /* of its text */
    bool finding; /* known after an examination */
    void (*put)(const struct sheet *, const struct layer_line *, const struct site_line *, char *);
};

enum { TEXT = 64 };

/* Does its best repair at least halve the attack? */
static bool repairs(const struct snapshot *s, const struct site_line *site)
{
    const struct round *b = branches_unpruned(s);
    double before = b ? number_percent(b->attack_hits, s->of.attack) : 0;
    enum verdict verdict = verdict_of(before, site->repair_asr, s->of.attack);
    return site->repair_channels > 0 && verdict != VERDICT_STANDS;
}

static bool removes(const struct snapshot *s, const struct site_line *site)
{
    return verdict_repaired(verdict_of(100, site->repair_asr, s->of.attack));
}

static void put_class(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet, (void)site;
    cells_elide(layer->class_name, 16, text, TEXT);
}

static void put_shape(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet, (void)site;
    snprintf(text, TEXT, "%s", layer->shape);
}

static void put_parameters(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet, (void)site;
    if (layer->n_parameters > 0)
        snprintf(text, TEXT, "%d", layer->n_parameters);
}

/* "47/60": pruned of all; "60": none is. */
static void put_channels(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    const struct snapshot *s = sheet->snapshot;
    bool here = site && layer->site == s->site && !branches_repair(s);
    if (here && layer->measured && view_shown_round(sheet->input) > 0)
        snprintf(text, TEXT, "%d/%d", view_shown_round(sheet->input), site->n_channels);
    else if (site && layer->measured)
        snprintf(text, TEXT, "%d", site->n_channels);
}

static void put_never_active(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet;
    if (site && layer->measured)
        snprintf(text, TEXT, "%.0f %%", 100 * site->never_active);
}

static void put_separation(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet;
    if (site && layer->measured && site->separating_channel >= 0)
        snprintf(text, TEXT, "%.2f", site->separation);
}

static void put_separating(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet;
    if (site && layer->measured && site->separating_channel >= 0)
        snprintf(text, TEXT, "%d", site->separating_channel);
}

static void put_cost(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)sheet, (void)layer;
    snprintf(text, TEXT, "%.2f", site->cost);
}

static void put_repair(const struct sheet *sheet, const struct layer_line *layer,
    const struct site_line *site, char *text)
{
    (void)layer;
    if (repairs(sheet->snapshot, site))
        snprintf(text, TEXT, "%d ch %.1f/%.1f", site->repair_channels, site->repair_clean,
            site->repair_asr);
    else
        snprintf(text, TEXT, "none");
}

/* In order of the screen; what does not fit is left out from the end of `priority`. */
static const struct column columns[] = {
    {{"", "type"}, 13, true, false, put_class},
    {{"", "output"}, 10, false, false, put_shape},
    {{"", "params"}, 9, false, false, put_parameters},
    {{"pruned/", "channels"}, 9, false, false, put_channels},
    {{"never", "active"}, 7, false, false, put_never_active},
    {{"", "sep. σ"}, 7, false, false, put_separation},
    {{"", "in ch"}, 7, false, false, put_separating},
    {{"cost of", "half"}, 9, false, true, put_cost},
    {{"best repair", "clean/ASR"}, 19, false, true, put_repair},
};
static const int priority[] = {3, 1, 4, 7, 5, 8, 2, 0, 6};
enum { N_COLUMNS = sizeof columns / sizeof *columns, NAME = 15, HEAD = 2 };

static unsigned fitting(int width, bool scanned)
{
    unsigned shown = 0;
    for (int i = 0; i < N_COLUMNS; i++)
        if (columns[priority[i]].finding && !scanned)
            continue;
        else if ((width -= columns[priority[i]].width) >= NAME)
            shown |= 1u << priority[i];
        else
            break;
    return shown;
}

static void draw_head(const struct sheet *sheet, unsigned shown)
{
    pane_text(sheet->pane, 2, HEAD - 1, ROLE_FAINT, "layer");
    for (int i = 0, at = NAME; i < N_COLUMNS; i++) {
        const struct column *column = &columns[i];
        if (!(shown >> i & 1))
            continue;
        for (int row = 0; row < HEAD && column->left; row++)
            pane_text(sheet->pane, at, row, ROLE_FAINT, column->title[row]);
        at += column->width;
        for (int row = 0; row < HEAD && !column->left; row++)
            pane_right(sheet->pane, at, row, ROLE_FAINT, "%s", column->title[row]);
    }
}

static void draw_layer(const struct sheet *sheet, unsigned shown, int row, int index)
{
    const struct snapshot *s = sheet->snapshot;
    const struct layer_line *layer = &s->layers[index];
    const struct site_line *site = layer->site >= 0 ? &s->sites[layer->site] : NULL;
    bool here = layer->site >= 0 && layer->site == s->site, best = layer->site == s->suggested;
    const char *mark = here                              ? "▸"
                       : best && site && layer->measured ? removes(s, site) ? "✓" : "·"
                                                         : " ";
    enum role role = here ? ROLE_NEXT : site ? ROLE_TEXT : ROLE_FAINT;
    char name[PANE_TEXT];
    pane_printf(sheet->pane, 0, row, role, "%s %s", mark,
        pane_elide(sheet->pane, layer->name, NAME - 3, name, sizeof name));
    for (int i = 0, at = NAME; i < N_COLUMNS; i++) {
        char text[TEXT] = "";
        if (!(shown >> i & 1))
            continue;
        bool known = !columns[i].finding || (site && layer->measured && site->scanned);
        if (known)
            columns[i].put(sheet, layer, site, text);
        if (columns[i].left)
            pane_text(sheet->pane, at, row, ROLE_FAINT, text);
        at += columns[i].width;
        if (!columns[i].left)
            pane_right(sheet->pane, at, row, columns[i].finding ? ROLE_TEXT : role, "%s", text);
    }
    if (site && layer->measured && layer->site == sheet->input->view_state->site &&
        (sheet->input->zoomed || sheet->input->focused)) {
        pane_row(sheet->pane, row, ROLE_CURSOR);
        if (sheet->input->focused) {
            sheet->pane->cells->cursor_column = sheet->pane->column;
            sheet->pane->cells->cursor_row = sheet->pane->row + row;
        }
    }
}

/* Not for the layer that is suggested: that says the same. */
static int draw_repair(const struct sheet *sheet, int row, const struct site_line *site)
{
    const struct snapshot *s = sheet->snapshot;
    bool suggested = s->suggested >= 0 && site == &s->sites[s->suggested];
    char text[SUGGESTION_TEXT], worth[WORTH_TEXT];
    if (!site->scanned || !site->repair_criterion || suggested)
        return row;
    bool stands = !repairs(s, site);
    worth_say(&site->repair_worth, worth, sizeof worth);
    snprintf(text, sizeof text,
        "%s: pruning the first %d channels by %s leaves ASR %.1f %% at %.1f %% clean accuracy "
        "(oracle)%s%s.",
        stands ? "No repair here, at best" : "Best repair here", site->repair_channels,
        site->repair_criterion, site->repair_asr, site->repair_clean, *worth ? "; it " : "", worth);
    return pane_paragraph(sheet->pane, row, sheet->pane->rows - row, ROLE_TEXT, text);
}

static int rows_taken(const struct pane *pane, const char *text)
{
    struct pane dry = pane_part(pane, (struct area){0, 0, pane->columns, 0});
    return pane_paragraph(&dry, 0, 100, ROLE_FAINT, text);
}

/* What the columns mean: the longest text that fits. */
static void draw_meanings(const struct sheet *sheet, int row)
{
    static const char *const meanings[] = {
        ("never active: channels that are zero on all clean images; sep. σ: largest separation of "
         "the clean and poisoned means, in standard deviations; in ch: its channel; cost of half: "
         "points of accuracy lost when the less active half is pruned; best repair: oracle, at "
         "most "
         "1,000 images of each set"),
        ("never active: zero on all clean images; sep. σ: largest separation of the means; cost of "
         "half: points lost when the less active half is pruned"),
        "never active: zero on all clean images"};
    const struct pane *pane = sheet->pane;
    for (int i = 0; i < (int)(sizeof meanings / sizeof *meanings); i++) {
        if (row + rows_taken(pane, meanings[i]) > pane->rows)
            continue;
        pane_paragraph(pane, row, pane->rows - row, ROLE_FAINT, meanings[i]);
        return;
    }
}

/* What is suggested, whole where it fits; else what speaks against it comes first. */
static int draw_suggestion(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    char text[SUGGESTION_TEXT + 32], worth[WORTH_TEXT] = "";
    if (s->suggested < 0 || s->suggested >= s->n_sites) {
        snprintf(text, sizeof text, "· suggested: %s", s->suggestion);
        return pane_paragraph(pane, row, pane->rows - row, ROLE_TEXT, text);
    }
    const struct site_line *site = &s->sites[s->suggested];
    const char *mark = removes(s, site) ? "✓" : "·";
    worth_say_short(&site->repair_worth, worth, sizeof worth);
    snprintf(text, sizeof text, "%s suggested: %s", mark, s->suggestion);
    if (rows_taken(pane, text) > pane->rows - row)
        snprintf(text, sizeof text,
            "%s suggested: %s, %d of %d channels%s%s: ASR %.1f %%, clean %.1f %% (oracle)", mark,
            site->name, site->repair_channels, site->n_channels, *worth ? "; " : "", worth,
            site->repair_asr, site->repair_clean);
    return pane_paragraph(pane, row, pane->rows - row,
        *worth             ? ROLE_WARNING
        : removes(s, site) ? ROLE_GOOD
                           : ROLE_TEXT,
        text);
}

/* What the examination says, and what the cursor's site is. */
static void draw_about(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    char text[SNAPSHOT_TEXT * 4];
    if (s->suggestion[0])
        row = draw_suggestion(sheet, row);
    else
        row = pane_paragraph(pane, row, pane->rows - row, ROLE_FAINT,
            "not examined yet: A examines every layer and suggests one to prune");
    int at = sheet->input->view_state->site;
    if (at >= 0 && at < s->n_sites) {
        const struct site_line *site = &s->sites[at];
        if (site->n_members > 0)
            snprintf(text, sizeof text, "%s: %d channels of %d layers in one order.", site->name,
                site->n_channels, site->n_members);
        else
            snprintf(text, sizeof text, "%s: %d channels, measured at %s (%s); pruned in %s.",
                site->name, site->n_channels, site->measured, site->shape, site->producers);
        row = pane_paragraph(pane, row, pane->rows - row, ROLE_TEXT, text);
        row = draw_repair(sheet, row, site);
    }
    draw_meanings(sheet, row);
}

static int cursor_layer(const struct snapshot *s, int site)
{
    for (int i = 0; i < s->n_layers; i++)
        if (s->layers[i].site == site && s->layers[i].measured)
            return i;
    return 0;
}

enum { ABOUT_LEAST = 3 }; /* rows, without a blank one above */

/* How the rows are shared out; branches with a blank one above. */
struct shares {
    int head, layers, branches, about;
};

static struct shares rows_of(const struct snapshot *s, int width, int rows)
{
    struct shares r = {.head = rows >= 8 ? HEAD : 0};
    int wanted = layer_branches_rows(s) + 1, left = rows - r.head - s->n_layers;
    r.about = rows < 16 || width < 40 ? 0 : left < ABOUT_LEAST ? ABOUT_LEAST : left < 6 ? left : 6;
    if (wanted > 1 && rows >= 16 && width >= 40)
        r.branches = wanted < rows / 3 ? wanted : rows / 3;
    if (r.branches && rows < 24)
        r.about = 0;
    r.layers = rows - r.head - r.branches - r.about;
    return r;
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    struct sheet sheet = {input, s, &pane};
    if (s->n_layers == 0) {
        panel_waiting(&pane, input, "layers appear once the net is read");
        return;
    }
    struct shares r = rows_of(s, pane.columns, pane.rows);
    int head = r.head, rows = r.layers;
    int first = panel_first(cursor_layer(s, input->view_state->site), s->n_layers, rows);
    bool scanned = false;
    for (int i = 0; i < s->n_sites; i++)
        scanned = scanned || s->sites[i].scanned;
    unsigned shown = fitting(pane.columns, scanned);
    if (head) {
        draw_head(&sheet, shown);
        panel_more(&pane, (struct area){2, 0, NAME - 3, 1}, first, rows, s->n_layers);
    }
    for (int i = 0; i < rows && first + i < s->n_layers; i++)
        draw_layer(&sheet, shown, head + i, first + i);
    int row = head + (s->n_layers < rows ? s->n_layers : rows);
    if (r.branches) {
        struct pane list =
            pane_part(&pane, (struct area){0, row + 1, pane.columns, r.branches - 1});
        layer_branches_draw(&list, s);
        row += r.branches;
    }
    if (r.about)
        draw_about(&sheet, row + (r.about > ABOUT_LEAST));
}

static void note(const struct view_input *input, char *text, int size)
{
    const struct snapshot *s = input->snapshot;
    long parameters = 0;
    for (int i = 0; i < s->n_layers; i++)
        parameters += s->layers[i].n_parameters;
    *text = '\0';
    if (s->suggestion[0])
        snprintf(text, (size_t)size, "suggested: %s",
            s->suggested >= 0 && s->suggested < s->n_sites ? s->sites[s->suggested].name : "none");
    else if (s->n_layers > 0)
        snprintf(text, (size_t)size, "%ld parameters", parameters);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    view_state->site = panel_moved(view_state->site, s->n_sites, inside.rows, way);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    struct shares r = rows_of(s, inside.columns, inside.rows);
    int rows = r.layers, line = row - inside.row - r.head;
    int index = panel_first(cursor_layer(s, view_state->site), s->n_layers, rows) + line;
    (void)column;
    if (line < 0 || line >= rows || index >= s->n_layers || s->layers[index].site < 0)
        return false;
    view_state->site = s->layers[index].site;
    return true;
}

const struct view view_layers = {
    .name = "layers",
    .title = "Layers",
    .help = "layers of the net, what examining found in each, which one to prune",
    .min_columns = 24,
    .min_rows = 4,
    .place = {[SCREEN_HUGE] = {REGION_MIDDLE}},
    .rank = 7,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
