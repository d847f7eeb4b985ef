/* Screens as they were looked at and found good, in text and in colour: golden/NAME.screen. A
 * change shows the lines that differ; UPDATE_GOLDEN=1 writes them anew, for looking at again. */
#include "app/commands/command_line.h"
#include "app/guide/next_step.h"
#include "app/guide/tour.h"
#include "app/guide/welcome.h"
#include "engine/base/memory.h"
#include "tests/screens/parts/sample_seen.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include <inttypes.h>

#include "tests/test.h"

enum { STYLES = 52, LONGEST = 120 /* columns of which styles are written out */ };

struct scene {
    const char *name, *keys;
    enum depth depth;
    bool ascii, repaired; /* repaired: a repair with clean images alone */
    /* seen: by a channel, and why */
    enum { USUAL, FRESH, DONE, TOURING, HELPED, OUTLIERS, SEEN } moment;
};

static const struct scene scenes[] = {
    {"dashboard", "", DEPTH_TRUE, false, false, USUAL},
    {"ascii", "", DEPTH_16, true, false, USUAL},
    {"mono", "2", DEPTH_MONO, false, false, USUAL},
    {"curves", "@curves Left Left", DEPTH_TRUE, false, false, USUAL},
    {"trade-off", "t @curves", DEPTH_TRUE, false, false, USUAL},
    {"channels", "@channels o o", DEPTH_TRUE, false, false, USUAL},
    {"channel", "@channels Enter", DEPTH_TRUE, false, false, USUAL},
    {"outliers", "@channels o { { { { { { { { { { { { { { { { }", DEPTH_TRUE, false, false,
        OUTLIERS},
    {"outliers-mono", "@channels", DEPTH_MONO, true, false, OUTLIERS},
    {"outliers-dashboard", "", DEPTH_TRUE, false, false, OUTLIERS},
    {"faces", "@faces", DEPTH_TRUE, false, false, USUAL},
    {"face", "@faces Enter d", DEPTH_TRUE, false, false, USUAL},
    {"layers", "@layers", DEPTH_TRUE, false, false, USUAL},
    {"round", "@round", DEPTH_TRUE, false, false, USUAL},
    {"thresholds", "@thresholds", DEPTH_TRUE, false, false, USUAL},
    {"log", "@log", DEPTH_TRUE, false, false, USUAL},
    {"goodnet", "@goodnet", DEPTH_TRUE, false, false, USUAL},
    {"suspects", "@suspects", DEPTH_TRUE, false, false, USUAL},
    {"trigger", "@suspects Enter", DEPTH_TRUE, false, false, USUAL},
    {"suspects-mono", "@suspects", DEPTH_MONO, true, false, USUAL},
    {"comparison", "@comparison Down Down", DEPTH_TRUE, false, false, USUAL},
    {"comparison-mono", "@comparison", DEPTH_MONO, true, false, USUAL},
    {"sees", "@channels Enter I", DEPTH_TRUE, false, false, SEEN},
    {"why", "@faces Enter I I", DEPTH_TRUE, false, false, SEEN},
    {"scatter", "@scatter", DEPTH_TRUE, false, false, SEEN},
    {"scatter-mono", "@scatter", DEPTH_MONO, true, false, SEEN},
    {"repair", "", DEPTH_TRUE, false, true, USUAL},
    {"repair-round", "@round", DEPTH_TRUE, false, true, USUAL},
    {"welcome", "", DEPTH_TRUE, false, false, FRESH},
    {"welcome-mono", "", DEPTH_MONO, true, false, FRESH},
    {"next-step", "", DEPTH_TRUE, false, false, DONE},
    {"tour", "", DEPTH_TRUE, false, false, TOURING},
    {"tour-mono", "", DEPTH_MONO, true, false, TOURING},
    {"help-word", "", DEPTH_TRUE, false, false, HELPED},
};
enum { N_SCENES = sizeof scenes / sizeof *scenes };

static bool same_style(const struct cell *a, const struct cell *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

/* The number of a cell's style, in order of appearance; all beyond STYLES are the last. */
static int style_of(struct cell *styles, int *n, const struct cell *cell)
{
    int i = 0;
    while (i < *n && !same_style(&styles[i], cell))
        i++;
    if (i == *n && *n < STYLES)
        styles[(*n)++] = *cell;
    return i;
}

static char letter(int style)
{
    return style >= STYLES ? '#' : (char)(style < 26 ? 'a' + style : 'A' + style - 26);
}

/* Runs of styles, "12a3b": what people call the colour of the screen. */
static void write_styles(FILE *file, const struct cells *cells)
{
    struct cell styles[STYLES];
    int n = 0;
    for (int y = 0; y < cells->rows; y++) {
        for (int x = 0, run = 1; x < cells->columns; x++, run++) {
            const struct cell *cell = &cells->cell[y * cells->columns + x];
            int style = style_of(styles, &n, cell);
            if (x + 1 < cells->columns && style_of(styles, &n, cell + 1) == style)
                continue;
            fprintf(file, "%d%c", run, letter(style));
            run = 0;
        }
        fputc('\n', file);
    }
    for (int i = 0; i < n; i++)
        fprintf(file, "%c %08" PRIx32 " on %08" PRIx32 " %x\n", letter(i), styles[i].fg,
            styles[i].bg, styles[i].attributes);
}

/* Of every cell, pictures with more colours than there are letters among them. */
static uint64_t digest(const struct cells *cells)
{
    uint64_t hash = 14695981039346656037U;
    for (int i = 0; i < cells->columns * cells->rows; i++) {
        const struct cell *cell = &cells->cell[i];
        const uint32_t words[] = {cell->glyph, cell->fg, cell->bg, cell->attributes};
        for (int k = 0; k < 4; k++)
            hash = (hash ^ words[k]) * 1099511628211U;
    }
    return hash;
}

static void write_screen(FILE *file, const struct cells *cells)
{
    char *text = picture_of_cells_text(cells);
    fprintf(file, "== %dx%d, cells %016" PRIx64 "\n%s", cells->columns, cells->rows, digest(cells),
        text);
    free(text);
    if (cells->columns > LONGEST)
        return; /* the digest has the colours, too */
    fputs("-- styles\n", file);
    write_styles(file, cells);
}

/* To the step that prunes, those before it done. */
static void tour_on(struct ui *ui)
{
    tour_start(ui, 0, 1);
    for (int step = 1; step < 3; step++) {
        while (tour_tick(ui, 1, true))
            continue;
        tour_next(ui, 1);
    }
}

/* What happens by itself, or was typed. */
static void begin_moment(struct ui *ui, int moment)
{
    if (moment == FRESH)
        welcome_follow(ui, 1);
    else if (moment == DONE)
        next_step_tell(ui);
    else if (moment == TOURING)
        tour_on(ui);
    else if (moment == SEEN)
        sample_seen((struct snapshot *)(uintptr_t)ui->snapshot, &ui->view_state, 5, 4);
    else if (moment == HELPED)
        commands_line(ui, "help asr");
}

static struct sample_options options_of(const struct scene *scene)
{
    bool fresh = scene->moment == FRESH, done = scene->moment == DONE;
    bool outliers = scene->moment == OUTLIERS;
    return (struct sample_options){.n_images = 11547,
        .n_rounds = fresh ? 1 : 61,
        .position = fresh      ? 0
                    : outliers ? 1
                    : done     ? 60
                               : 47,
        .outliers = outliers,
        .scanned = !fresh,
        .phase = done ? PHASE_DONE : PHASE_PAUSED,
        .what_if = !fresh,
        .suspects = !fresh,
        .compared = true,
        .repaired = scene->repaired,
        .no_poisoned = scene->repaired,
        .n_branches = fresh ? 0 : 4};
}

static char *draw_scene(const struct scene *scene)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
    const struct sample_options options = options_of(scene);
    struct snapshot *s = sample_create(&options);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    for (int i = 0; i < 3; i++) {
        struct ui ui;
        whole_init(&ui, s);
        ui.view_state.depth = scene->depth;
        ui.view_state.ascii = scene->ascii;
        ui.view_state.marker = scene->ascii ? MARKER_ASCII : MARKER_BRAILLE;
        ui.view_state.channel = 38;
        ui_resize(&ui, sizes[i][0], sizes[i][1]);
        whole_press(&ui, scene->keys);
        begin_moment(&ui, scene->moment);
        struct cells cells = whole_draw(&ui, sizes[i][0], sizes[i][1]);
        if (*scene->keys) /* hints change most, and are seen without keys */
            cells_fill(
                &cells, ui.layout.hints, (struct cell){' ', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
        write_screen(file, &cells);
        cells_finish(&cells);
        whole_finish(&ui);
    }
    fclose(file);
    sample_destroy(s);
    return text;
}

/* NULL when there is none. */
static char *read_text(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (file && getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* The first lines that differ; where there are many, the picture is another. */
static void tell_difference(const char *name, const char *was, const char *is)
{
    int told = 0;
    for (int line = 1; (*was || *is) && told < 12; line++) {
        int a = (int)strcspn(was, "\n"), b = (int)strcspn(is, "\n");
        if (a != b || strncmp(was, is, (size_t)a) != 0) {
            print_error("%s:%d\n  was %.*s\n  is  %.*s\n", name, line, a, was, b, is);
            told++;
        }
        was += a + (was[a] == '\n');
        is += b + (is[b] == '\n');
    }
}

static void check_scene(void **state)
{
    const struct scene *scene = *state;
    char *path =
        memory_format("%s/tests/screens/golden/%s.screen", getenv("SECATEUR_SOURCE"), scene->name);
    char *is = draw_scene(scene);
    if (getenv("UPDATE_GOLDEN"))
        write_text(path, is);
    char *was = read_text(path);
    if (!was)
        print_error("%s is missing: UPDATE_GOLDEN=1 writes it\n", path);
    assert_non_null(was);
    if (strcmp(was, is) != 0)
        tell_difference(scene->name, was, is);
    assert_string_equal(was, is);
    free(was);
    free(is);
    free(path);
}

int main(void)
{
    struct CMUnitTest tests[N_SCENES];
    for (int i = 0; i < N_SCENES; i++)
        tests[i] = (struct CMUnitTest){
            scenes[i].name, check_scene, NULL, NULL, (void *)(uintptr_t)&scenes[i]};
    return _cmocka_run_group_tests("golden", tests, N_SCENES, NULL, NULL);
}
