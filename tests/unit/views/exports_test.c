/* exports: pixels that come back, tables with every digit, the same bytes each time. */
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "tests/screens/parts/sample_comparison.h"
#include "tests/screens/parts/sample_seen.h"
#include "tests/screens/sample.h"
#include "views/charts/curves.h"
#include "views/files/export.h"

#include "tests/test.h"
#include "views/figures/exports.h"

#include <math.h>
#include <unistd.h>

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>

/* fontconfig keeps its caches until the end. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

struct fixture {
    struct snapshot *snapshot;
    struct view_state view_state;
};

static const struct sample_options finished = {.n_images = 300,
    .n_rounds = 61,
    .position = 60,
    .scanned = true,
    .detected = true,
    .suspects = true,
    .phase = PHASE_DONE};

/* With all that any export may want. */
static const struct sample_options everything = {.n_images = 300,
    .n_rounds = 61,
    .position = 60,
    .scanned = true,
    .detected = true,
    .suspects = true,
    .n_branches = 4,
    .phase = PHASE_DONE};

static struct fixture fixture_of(const struct sample_options *options)
{
    struct fixture f = {.snapshot = sample_create(options)};
    const struct view_state seen = {.viewed = -1};
    if (options->n_rounds > 0)
        sample_seen(f.snapshot, &seen, 5, 4);
    f.snapshot->compared = sample_comparison();
    f.view_state = (struct view_state){.depth = DEPTH_TRUE, .viewed = -1, .channel = 38, .site = 2};
    return f;
}

static void finish(struct fixture *f)
{
    sample_destroy(f->snapshot);
}

/* A folder of this test's own, removed with what is in it. */
static char *make_folder(void)
{
    char *folder = memory_string("/tmp/views_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static void remove_folder(char *folder)
{
    char *command = memory_format("rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
    free(command);
    free(folder);
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = memory_array(*size + 1, 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void beside(const char *path, char *table)
{
    snprintf(table, EXPORT_PATH, "%.*s.csv", (int)strlen(path) - 4, path);
}

static void faces_come_back_pixel_by_pixel(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder(), path[EXPORT_PATH];
    struct export_request request = {.snapshot = f.snapshot,
        .view_state = &f.view_state,
        .folder = folder,
        .version = "0.1.0",
        .zoom = 3};
    struct error err = {0};
    uint8_t rgb[55 * 47 * 3];
    size_t size;
    f.view_state.face_filter = FACES_ALL;
    f.view_state.face = 9; /* poisoned image 4 */
    assert_true(exports_write(exports_find("face"), &request, path, &err));
    char *bytes = read_file(path, &size);
    assert_non_null(memmem(bytes, size, "tEXtmodel", 9));
    int width, height, channels;
    uint8_t *pixels =
        stbi_load_from_memory((const uint8_t *)bytes, (int)size, &width, &height, &channels, 3);
    snapshot_image(f.snapshot, SET_POISONED, 4, rgb);
    assert_non_null(pixels);
    assert_int_equal(width, 3 * 47);
    assert_int_equal(height, 3 * 55);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            assert_memory_equal(pixels + 3 * (y * width + x), rgb + 3 * (y / 3 * 47 + x / 3), 3);
    stbi_image_free(pixels);
    free(bytes);
    remove_folder(folder);
    finish(&f);
}

static void tables_have_every_digit(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder(), path[EXPORT_PATH], table[EXPORT_PATH];
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .folder = folder};
    struct error err = {0};
    size_t size;
    int round = 0;
    assert_true(exports_write(exports_find("curves"), &request, path, &err));
    beside(path, table);
    char *text = read_file(table, &size);
    assert_non_null(strstr(text, "# model: sunglasses_bd_net.h5\n"));
    for (char *line = strstr(text, "\n0,"); line && line[1]; line = strchr(line + 1, '\n')) {
        double clean, asr;
        int number, channel, hand, correct, hits;
        assert_int_equal(sscanf(line + 1, "%d,%d,%d,%d,%lf,%d,%lf", &number, &channel, &hand,
                             &correct, &clean, &hits, &asr),
            7);
        assert_int_equal(number, round);
        assert_int_equal(channel, f.snapshot->rounds[round]->channel);
        assert_true(clean == snapshot_clean_accuracy(f.snapshot, round));
        assert_true(asr == snapshot_asr(f.snapshot, round));
        round++;
    }
    assert_int_equal(round, 61);
    free(text);
    remove_folder(folder);
    finish(&f);
}

/* What is drawn behind the present branch is in the table too. */
static void tables_have_the_other_branches(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.n_branches = 4;
    struct fixture f = fixture_of(&options);
    char *folder = make_folder(), path[EXPORT_PATH], table[EXPORT_PATH];
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .folder = folder};
    struct error err = {0};
    size_t size;
    assert_true(exports_write(exports_find("curves"), &request, path, &err));
    beside(path, table);
    char *text = read_file(table, &size);
    assert_non_null(strstr(text, ",3,conv_3,mean-activation,ascending,0,clean\n"));
    assert_non_null(strstr(text, ",1,conv_2,mean-activation,ascending,0,clean\n"));
    assert_non_null(strstr(text, ",2,activation_1,difference,descending,44,clean+poisoned\n"));
    int lines = 0;
    for (char *line = strstr(text, "\n0,"); line; line = strchr(line + 1, '\n'))
        lines++;
    assert_int_equal(lines - 1, 61 + 41 + 25);
    free(text);
    remove_folder(folder);
    finish(&f);
}

static void exports_repeat_byte_for_byte(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&everything);
    char *folder = make_folder(), path[EXPORT_PATH], table[EXPORT_PATH];
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .folder = folder};
    for (int i = 0; exports_at(i); i++) {
        const struct export *export = exports_at(i);
        struct error err = {0};
        size_t sizes[2], table_size;
        char *bytes[2];
        request.force = false;
        assert_true(exports_write(export, &request, path, &err));
        bytes[0] = read_file(path, &sizes[0]);
        assert_false(
            exports_write(export, &request, path, &err)); /* nothing is overwritten unasked */
        assert_int_equal(err.class, ERROR_OUTPUT);
        request.force = true;
        assert_true(exports_write(export, &request, path, &err));
        bytes[1] = read_file(path, &sizes[1]);
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        beside(path, table);
        free(read_file(table, &table_size));
        assert_true(table_size > 100);
        assert_non_null(memmem(bytes[0], sizes[0], "pHYs\0\0\x2e\x23\0\0\x2e\x23\1", 13));
        free(bytes[0]);
        free(bytes[1]);
        assert_true(*export->help && exports_find(export->name) == export);
    }
    remove_folder(folder);
    finish(&f);
}

static char *export_text(const struct export *export, const struct export_request *request,
    const char *extension, size_t *size)
{
    char path[EXPORT_PATH], *dot;
    struct error err = {0};
    if (!exports_write(export, request, path, &err))
        print_message("%s: %s\n", export->name, err.text);
    assert_non_null(dot = strrchr(path, '.'));
    strcpy(dot + 1, extension);
    return read_file(path, size);
}

/* All formats at once, from one drawing; none may know the clock or what was drawn before. */
static void all_formats_repeat(void **state)
{
    (void)state;
    static const char *const endings[] = {"png", "svg", "pdf", "csv", "tex"};
    static const char *const starts[] = {"\x89PNG", "<?xml", "%PDF", "# what: ", "% secateur"};
    struct fixture f = fixture_of(&everything);
    char *folder = make_folder();
    struct export_input input = {.role = "net file", .name = "a&b.h5", .sha = "0123456789abcdef"};
    struct export_request request = {.snapshot = f.snapshot,
        .view_state = &f.view_state,
        .folder = folder,
        .formats = "png,svg,pdf",
        .command = "secateur figures",
        .n_inputs = 1,
        .inputs = &input,
        .force = true};
    for (int i = 0; exports_at(i); i++) {
        if (exports_at(i)->pixels)
            continue;
        for (int k = 0; k < 5; k++) {
            size_t sizes[2];
            char *bytes[2];
            for (int j = 0; j < 2; j++)
                bytes[j] = export_text(exports_at(i), &request, endings[k], &sizes[j]);
            assert_memory_equal(bytes[0], starts[k], strlen(starts[k]));
            assert_int_equal(sizes[0], sizes[1]);
            assert_memory_equal(bytes[0], bytes[1], sizes[0]);
            if (k == 1)
                assert_non_null(strstr(bytes[0], "net file: a&amp;b.h5, SHA-256 0123456789abcdef"));
            if (k == 3)
                assert_non_null(strstr(bytes[0], "\n# net file: a&b.h5, SHA-256 0123456789abcdef\n"
                                                 "# command: secateur figures\n"));
            free(bytes[0]);
            free(bytes[1]);
        }
    }
    remove_folder(folder);
    finish(&f);
}

/* Several drawings in one page: no id is used twice, and each that is meant is there. */
static void ids_are_the_drawings_own(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder(), *svg[2];
    size_t size;
    struct export_request request = {.snapshot = f.snapshot,
        .view_state = &f.view_state,
        .folder = folder,
        .formats = "svg",
        .force = true};
    svg[0] = export_text(exports_find("curves"), &request, "svg", &size);
    svg[1] = export_text(exports_find("channels"), &request, "svg", &size);
    for (int k = 0; k < 2; k++) {
        for (char *id = strstr(svg[k], " id=\""); id; id = strstr(id + 1, " id=\"")) {
            char name[64];
            assert_int_equal(sscanf(id, " id=\"%63[^\"]", name), 1);
            assert_null(strstr(svg[!k], name));
        }
        for (char *use = strchr(svg[k], '#'); use; use = strchr(use + 1, '#')) {
            char name[64], id[80];
            assert_int_equal(sscanf(use, "#%63[^\")]", name), 1);
            snprintf(id, sizeof id, " id=\"%s\"", name);
            assert_non_null(strstr(svg[k], id));
        }
        assert_non_null(strstr(svg[k], "<title>"));
    }
    free(svg[0]);
    free(svg[1]);
    remove_folder(folder);
    finish(&f);
}

/* The ending chooses; sizes have names. */
static void endings_and_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *size, *width;
    } sizes[] = {{NULL, "249.448819pt"}, {"88mm", "249.448819pt"}, {"120mm", "340.15748pt"},
        {"180mm", "510.23622pt"}, {"slide", "720pt"}, {"page", "510.23622pt"}};
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder(), *path = memory_format("%s/my.figure.svg", folder);
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .path = path, .force = true};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size;
        request.size = sizes[i].size;
        char *svg = export_text(exports_find("curves"), &request, "svg", &size);
        char *width = memory_format("width=\"%s\"", sizes[i].width);
        assert_non_null(strstr(svg, width));
        free(svg);
        free(width);
        char *tex = export_text(exports_find("curves"), &request, "tex", &size);
        assert_non_null(strstr(tex, "\\includesvg[width="));
        free(tex);
    }
    free(path);
    request.path = path = memory_format("%s/plain.jpeg", folder);
    char wrote[EXPORT_PATH];
    struct error err;
    assert_false(exports_write(exports_find("curves"), &request, wrote, &err));
    assert_non_null(strstr(err.text, "png, svg or pdf"));
    assert_false(exports_write(exports_find("face"), &request, wrote, &err));
    free(path);
    remove_folder(folder);
    finish(&f);
}

static void pdf_fonts_are_embedded(void **state)
{
    (void)state;
    if (system("command -v pdffonts >/dev/null") != 0) {
        print_message("skipped: no pdffonts (poppler-utils)\n");
        skip();
    }
    struct fixture f = fixture_of(&everything);
    char *folder = make_folder(), *path = memory_format("%s/a.pdf", folder);
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .path = path, .force = true};
    char *command = memory_format("pdffonts '%s' >'%s/fonts'", path, folder);
    for (int i = 0; exports_at(i); i++) {
        size_t size;
        if (exports_at(i)->pixels)
            continue;
        free(export_text(exports_at(i), &request, "pdf", &size));
        assert_int_equal(system(command), 0);
        char *list = memory_format("%s/fonts", folder), *fonts = read_file(list, &size);
        int n = 0;
        for (char *line = strchr(fonts, '\n'); line && line[1]; line = strchr(line + 1, '\n'))
            if (line[1] != '-') { /* name, type, encoding, embedded, subset, unicode */
                assert_non_null(strstr(line, "TrueType "));
                assert_non_null(strstr(line, " yes yes yes "));
                n++;
            }
        assert_true(n > 0);
        free(list);
        free(fonts);
    }
    free(command);
    setenv("SOURCE_DATE_EPOCH", "1000000000", 1); /* the only date a figure ever has */
    size_t bytes;
    free(export_text(exports_find("curves"), &request, "pdf", &bytes));
    command = memory_format("pdfinfo '%s' | grep -q 'CreationDate.*2001'", path);
    assert_int_equal(system(command), 0);
    unsetenv("SOURCE_DATE_EPOCH");
    free(command);
    free(path);
    remove_folder(folder);
    finish(&f);
}

/* A caption is text for LaTeX, whatever files are called. */
static void captions_are_escaped(void **state)
{
    (void)state;
    char *text = escape_text(escape_latex, "50 % of a_b & c#1 {x} \\y ~ ^ −2 B′ – ü");
    assert_string_equal(text, "50 \\% of a\\_b \\& c\\#1 \\{x\\} \\textbackslash{}y "
                              "\\textasciitilde{} \\textasciicircum{} $-$2 B$'$ -- ü");
    free(text);
}

/* What the curves draw is what the table says, on every axis. */
static void tables_are_what_is_plotted(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder();
    struct export_request request = {
        .snapshot = f.snapshot, .view_state = &f.view_state, .folder = folder, .force = true};
    for (f.view_state.axis = AXIS_AUTO; f.view_state.axis < N_AXES; f.view_state.axis++) {
        struct curves curves;
        size_t size;
        int round = 0;
        curves_init(&curves, f.snapshot, &f.view_state, true);
        char *text = export_text(exports_find("curves"), &request, "csv", &size);
        for (char *line = strstr(text, "\n0,"); line && line[1]; line = strchr(line + 1, '\n')) {
            double clean, asr, lost[N_SETS];
            assert_int_equal(sscanf(line + 1, "%*d,%*d,%*d,%*d,%lf,%*d,%lf,%lf,%lf", &clean, &asr,
                                 &lost[SET_CLEAN], &lost[SET_POISONED]),
                4);
            const struct canvas_point *a = &curves.points[SET_CLEAN][round];
            const struct canvas_point *b = &curves.points[SET_POISONED][round];
            if (f.view_state.axis == AXIS_DROP) { /* the axis ends at its best value */
                assert_true(a->y == fmax(lost[SET_CLEAN], 0.01));
                assert_true(b->y == fmax(lost[SET_POISONED], 0.01));
            } else if (f.view_state.axis == AXIS_TRADE) {
                assert_true(b->x == clean && b->y == asr);
            } else {
                assert_true(a->x == round && a->y == clean && b->y == asr);
            }
            round++;
        }
        assert_int_equal(round, 61);
        free(text);
        curves_finish(&curves);
    }
    remove_folder(folder);
    finish(&f);
}

static void exports_say_what_is_wrong(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char path[EXPORT_PATH];
    struct export_request request = {.snapshot = f.snapshot,
        .view_state = &f.view_state,
        .size = "huge",
        .folder = "/proc/none"};
    struct error err = {0};
    assert_false(exports_write(exports_find("curves"), &request, path, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    request.size = NULL;
    assert_false(exports_write(exports_find("curves"), &request, path, &err));
    assert_int_equal(err.class, ERROR_OUTPUT);
    f.snapshot->n_rounds = 0;
    for (int i = 0; exports_at(i); i++)
        assert_false(exports_write(exports_at(i), &request, path, &err));
    assert_null(exports_find("nothing"));
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_come_back_pixel_by_pixel),
        cmocka_unit_test(tables_have_every_digit),
        cmocka_unit_test(tables_have_the_other_branches),
        cmocka_unit_test(exports_repeat_byte_for_byte),
        cmocka_unit_test(all_formats_repeat),
        cmocka_unit_test(ids_are_the_drawings_own),
        cmocka_unit_test(endings_and_sizes),
        cmocka_unit_test(pdf_fonts_are_embedded),
        cmocka_unit_test(captions_are_escaped),
        cmocka_unit_test(tables_are_what_is_plotted),
        cmocka_unit_test(exports_say_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
