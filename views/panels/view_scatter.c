/* Images as points, by what the net reads of them behind all layers but the last. */
#include "views/cells/panel.h"
#include "views/charts/scatter_plot.h"

#include <stdio.h>

static void draw_legend(const struct pane *pane, const struct snapshot *s, bool signs)
{
    int counts[N_SCATTER_KINDS] = {0}, at = 0;
    for (int i = 0; i < s->scatter->n; i++)
        counts[scatter_plot_kind(s, i)]++;
    for (int k = 0; k < N_SCATTER_KINDS; k++) {
        enum role role;
        const char *sign = scatter_plot_sign((enum scatter_kind)k, &role);
        if (counts[k] > 0 || (k == SCATTER_FLAGGED && s->scatter->round > 0))
            at = pane_printf(pane, at, 0, role, "%s %s %d  ", signs ? sign : "■",
                scatter_plot_word((enum scatter_kind)k), counts[k]);
    }
    if (s->n_images[SET_POISONED] == 0)
        pane_text(pane, at, 0, ROLE_FAINT, "no poisoned images");
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    const struct view_state *view_state = input->view_state;
    bool signs = view_state->ascii || view_state->depth == DEPTH_MONO;
    if (!s->scatter || s->scatter->branch != s->branch || s->scatter->n == 0) {
        bool other = s->phase == PHASE_SCANNING; /* a bar that is not of the placing */
        panel_waiting(&pane, input,
            other ? "that comes first, then Z places the images here"
                  : "Z places the images by what the last layer reads of them");
        return;
    }
    draw_legend(&pane, s, signs);
    int row = 1;
    if (scatter_plot_coincide(s->scatter))
        row = pane_paragraph(&pane, row, 2, ROLE_WARNING,
            "all points coincide: the last layer reads the same of every image");
    struct pane part = pane_part(&pane, (struct area){0, row, pane.columns, pane.rows - row});
    if (part.rows < 3 || part.columns < 20)
        return;
    struct canvas *canvas = canvas_cells_create(&part);
    scatter_plot_draw(canvas, s, (struct canvas_box){0, 0, canvas->width, canvas->height}, signs);
    canvas_destroy(canvas);
}

static void note(const struct view_input *input, char *text, int size)
{
    const struct snapshot *s = input->snapshot;
    if (s->scatter && s->scatter->branch == s->branch)
        snprintf(text, (size_t)size, "%d features of %s, round %d", s->scatter->n_features,
            s->scatter->layer, s->scatter->round);
    else
        *text = '\0';
}

const struct view view_scatter = {
    .name = "scatter",
    .brief = "PCA",
    .title = "Scatter",
    .help = "images as points: what the last layer reads of them; clean, poisoned, flagged",
    .min_columns = 24,
    .min_rows = 6,
    .rank = 9,
    .draw = draw,
    .note = note,
};
