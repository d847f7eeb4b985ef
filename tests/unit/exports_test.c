/* exports: pixels that come back, tables with every digit, the same bytes each time. */
#include "engine/base/memory.h"
#include "tests/screens/sample.h"
#include "views/canvas.h"
#include "views/export.h"

#include "tests/test.h"

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
    struct look look;
};

static const struct sample_options finished = {
    .n_images = 300, .n_rounds = 61, .position = 60, .scanned = true, .phase = PHASE_DONE};

static struct fixture fixture_of(const struct sample_options *options)
{
    struct fixture f = {.snapshot = sample_create(options)};
    f.look = (struct look){.depth = DEPTH_TRUE, .viewed = -1, .channel = 38, .site = 2};
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
    struct export_request request = {
        .snapshot = f.snapshot, .look = &f.look, .folder = folder, .version = "0.1.0", .zoom = 3};
    struct error err = {0};
    uint8_t rgb[55 * 47 * 3];
    size_t size;
    f.look.face_filter = FACES_ALL;
    f.look.face = 9; /* poisoned image 4 */
    assert_true(exports_find("face", NULL)->write(&request, path, &err));
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
    struct export_request request = {.snapshot = f.snapshot, .look = &f.look, .folder = folder};
    struct error err = {0};
    size_t size;
    int round = 0;
    assert_true(exports_find("curves", "png")->write(&request, path, &err));
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
    struct export_request request = {.snapshot = f.snapshot, .look = &f.look, .folder = folder};
    struct error err = {0};
    size_t size;
    assert_true(exports_find("curves", "png")->write(&request, path, &err));
    beside(path, table);
    char *text = read_file(table, &size);
    assert_non_null(strstr(text, ",3,conv_3,mean-activation,ascending,0\n"));
    assert_non_null(strstr(text, ",1,conv_2,mean-activation,ascending,0\n"));
    assert_non_null(strstr(text, ",2,activation_1,difference,descending,44\n"));
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
    struct fixture f = fixture_of(&finished);
    char *folder = make_folder(), path[EXPORT_PATH], table[EXPORT_PATH];
    struct export_request request = {.snapshot = f.snapshot, .look = &f.look, .folder = folder};
    for (int i = 0; exports_at(i); i++) {
        const struct export *export = exports_at(i);
        struct error err = {0};
        size_t sizes[2], table_size;
        char *bytes[2];
        request.force = false;
        assert_true(export->write(&request, path, &err));
        bytes[0] = read_file(path, &sizes[0]);
        assert_false(export->write(&request, path, &err)); /* nothing is overwritten unasked */
        assert_int_equal(err.class, ERROR_OUTPUT);
        request.force = true;
        assert_true(export->write(&request, path, &err));
        bytes[1] = read_file(path, &sizes[1]);
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        beside(path, table);
        free(read_file(table, &table_size));
        assert_true(table_size > 100);
        if (strcmp(export->name, "curves") == 0)
            assert_non_null(memmem(bytes[0], sizes[0], "pHYs\0\0\x2e\x23\0\0\x2e\x23\1", 13));
        free(bytes[0]);
        free(bytes[1]);
        assert_true(*export->help && exports_find(export->name, export->extension) == export);
    }
    remove_folder(folder);
    finish(&f);
}

static void vector_papers_repeat_too(void **state)
{
    (void)state;
    static const char *const starts[] = {"\x89PNG", "<?xml", "%PDF"};
    for (int format = CANVAS_PNG; format <= CANVAS_PDF; format++) {
        uint8_t *bytes[2];
        size_t sizes[2];
        for (int k = 0; k < 2; k++) {
            struct notes notes = {.n = 0};
            struct error err = {0};
            notes_add(&notes, "what", "test");
            struct canvas *canvas =
                canvas_paper_create((enum canvas_format)format, 200, 100, &notes, &err);
            canvas_text(canvas, ROLE_TEXT, 100, 50, ALIGN_CENTRE, "clean accuracy");
            assert_true(canvas_paper_bytes(canvas, &bytes[k], &sizes[k], &err));
            canvas_destroy(canvas);
        }
        assert_memory_equal(bytes[0], starts[format], strlen(starts[format]));
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        free(bytes[0]);
        free(bytes[1]);
    }
}

static void exports_say_what_is_wrong(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char path[EXPORT_PATH];
    struct export_request request = {
        .snapshot = f.snapshot, .look = &f.look, .size = "huge", .folder = "/proc/none"};
    struct error err = {0};
    assert_false(exports_find("curves", NULL)->write(&request, path, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    request.size = NULL;
    assert_false(exports_find("curves", NULL)->write(&request, path, &err));
    assert_int_equal(err.class, ERROR_OUTPUT);
    f.snapshot->n_rounds = 0;
    for (int i = 0; exports_at(i); i++)
        assert_false(exports_at(i)->write(&request, path, &err));
    assert_null(exports_find("nothing", NULL));
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_come_back_pixel_by_pixel),
        cmocka_unit_test(tables_have_every_digit),
        cmocka_unit_test(tables_have_the_other_branches),
        cmocka_unit_test(exports_repeat_byte_for_byte),
        cmocka_unit_test(vector_papers_repeat_too),
        cmocka_unit_test(exports_say_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
