/* Makes the snapshot, and the text of a view of it. */
#include "tests/screens/picture_of_cells.h"
#include "tests/unit/views/views_fixture.h"
#include "views/panels/views.h"

#include "tests/test.h"

const struct help_line views_test_help[] = {
    {"run", "Space", "run", "run or pause"},
    {"look", "a", "axis", "axis of the curves"},
};

const struct sample_options views_finished = {
    .n_images = 300, .n_rounds = 61, .position = 60, .scanned = true, .phase = PHASE_DONE};

struct views_fixture views_fixture_of(const struct sample_options *options)
{
    struct views_fixture f = {.snapshot = sample_create(options)};
    f.view_state = (struct view_state){.depth = DEPTH_TRUE, .viewed = -1, .channel = 38, .site = 2};
    return f;
}

void views_finish(struct views_fixture *f)
{
    sample_destroy(f->snapshot);
}

const struct view_input *views_input(struct views_fixture *f, bool zoomed)
{
    f->input = (struct view_input){.snapshot = f->snapshot,
        .view_state = &f->view_state,
        .theme = theme_find(f->view_state.depth == DEPTH_MONO ? "mono" : "dark"),
        .focused = true,
        .zoomed = zoomed,
        .help = views_test_help,
        .n_help = 2,
        .version = "0.1.0"};
    return &f->input;
}

char *views_text(struct views_fixture *f, const char *name, int columns, int rows, bool zoomed)
{
    struct cells cells;
    cells_init(&cells, columns, rows);
    views_find(name)->draw(views_input(f, zoomed), &cells, (struct area){0, 0, columns, rows});
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

void views_assert_shows(struct views_fixture *f, const char *name, int columns, int rows,
    bool zoomed, const char *wanted)
{
    char *text = views_text(f, name, columns, rows, zoomed);
    if (!strstr(text, wanted))
        print_error("%s %dx%d lacks \"%s\":\n%s", name, columns, rows, wanted, text);
    assert_non_null(strstr(text, wanted));
    free(text);
}
