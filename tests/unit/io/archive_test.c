/* load/archive: entries read whole and in parts, every refusal by name, one entry replaced. */
#include "engine/io/files/archive.h"

#include "engine/base/random.h"

#include "tests/unit/io/load_zip.h"

static const char hello[] = "hello",
                  text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const struct zip_item two[] = {
    {"folder/a.txt", hello, sizeof hello - 1, false}, {"b.txt", text, sizeof text - 1, true}};

static void entries_are_read(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size = 0;
    char part[10];
    zip_make("two.zip", two, 2);
    struct archive *archive = zip_opened("two.zip", &err);
    assert_non_null(archive);
    assert_int_equal(archive_count(archive), 2);
    assert_string_equal(archive_entry_name(archive, 0), "folder/a.txt");
    assert_int_equal(archive_entry_size(archive, 1), sizeof text - 1);
    assert_int_equal(archive_find(archive, "b.txt"), 1);
    assert_int_equal(archive_find(archive, "c.txt"), -1);
    char *bytes = archive_read(archive, 1, 1000, &size, &err);
    assert_int_equal(size, sizeof text - 1);
    assert_string_equal(bytes, text);
    free(bytes);
    assert_null(archive_read(archive, 1, 3, &size, &err));
    assert_string_equal(err.text, "two.zip: entry b.txt is larger than 3 bytes");
    struct archive_entry *entry = archive_entry_open(archive, 0, &err);
    assert_true(archive_entry_read(entry, part, 2, &err));
    assert_memory_equal(part, "he", 2);
    assert_true(archive_entry_read(entry, part, 3, &err));
    assert_memory_equal(part, "llo", 3);
    assert_false(archive_entry_read(entry, part, 1, &err));
    archive_entry_close(entry);
    archive_close(archive);
}

static void archives_in_memory_are_read(void **state)
{
    (void)state;
    struct error err = {0};
    struct source source;
    size_t size = 0, read = 0;
    zip_make("two.zip", two, 2);
    void *bytes = files_read("two.zip", &size);
    source_of_bytes(&source, "memory", bytes, size);
    assert_true(archive_is(&source));
    struct archive *archive = archive_open(&source, &err);
    assert_non_null(archive);
    char *entry = archive_read(archive, 1, 1000, &read, &err);
    assert_string_equal(entry, text);
    free(entry);
    archive_close(archive);
    source_of_bytes(&source, "memory", bytes, size / 2);
    assert_null(archive_open(&source, &err));
    assert_string_equal(err.text, "memory: is a damaged archive (Not a zip archive)");
    free(bytes);
}

static void assert_archive_refused(const char *path, const char *message)
{
    struct error err = {0};
    struct archive *archive = zip_opened(path, &err);
    assert_null(archive);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
}

static void names_that_lead_out_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"../a", "/a", "a/../../b", "c:a", "a\\b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct zip_item item = {names[i], hello, 5, false};
        zip_make("bad.zip", &item, 1);
        char *message =
            memory_format("bad.zip: entry %s has a name that leads out of the archive", names[i]);
        if (strcmp(names[i], "a\\b") == 0) /* an error's text escapes it */
            assert_null(zip_opened("bad.zip", NULL));
        else
            assert_archive_refused("bad.zip", message);
        free(message);
    }
}

static void links_are_refused(void **state)
{
    (void)state;
    zip_make("link.zip", two, 2);
    zip_t *zip = zip_open("link.zip", 0, NULL);
    zip_file_set_external_attributes(
        zip, 1, 0, ZIP_OPSYS_UNIX, (zip_uint32_t)(S_IFLNK | 0777) << 16);
    assert_int_equal(zip_close(zip), 0);
    assert_archive_refused("link.zip", "link.zip: entry b.txt is a link, which is not followed");
}

/* Changes `from` to `to` wherever it stands. */
static void patch(const char *path, const char *from, const char *to)
{
    size_t size, length = strlen(from);
    char *bytes = files_read(path, &size);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, from, length) == 0)
            memcpy(bytes + i, to, length);
    files_write(path, bytes, size);
    free(bytes);
}

static void double_names_and_damage_are_refused(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size;
    const struct zip_item items[] = {{"one", hello, 5, false}, {"two", hello, 5, false}};
    zip_make("double.zip", items, 2);
    patch("double.zip", "two", "one");
    assert_archive_refused("double.zip", "double.zip: entry one occurs twice");
    zip_make("crc.zip", items, 2);
    patch("crc.zip", "hello", "jello");
    struct archive *archive = zip_opened("crc.zip", &err);
    assert_null(archive_read(archive, 0, 100, &size, &err));
    assert_string_equal(err.text, "crc.zip: entry one is damaged (CRC error)");
    archive_close(archive);
    files_write("short.zip", "PK\x03\x04 no more", 12);
    struct source source;
    source_of_file(&source, "short.zip");
    assert_true(archive_is(&source));
    assert_archive_refused("short.zip", "short.zip: is a damaged archive (Not a zip archive)");
}

/* 100 MB of zeros deflate well; what declares more than any packing can hold is refused. */
static void a_bomb_is_refused(void **state)
{
    (void)state;
    size_t size;
    const struct zip_item item = {"zeros", text, sizeof text - 1, true};
    zip_make("bomb.zip", &item, 1);
    uint8_t *bytes = files_read("bomb.zip", &size);
    for (size_t i = 0; i + 4 < size; i++)
        if (memcmp(bytes + i, "PK\x01\x02", 4) == 0)
            memcpy(bytes + i + 24, "\x00\x00\x00\x70", 4); /* the size, unpacked */
    files_write("bomb.zip", bytes, size);
    free(bytes);
    struct error err = {0};
    assert_null(zip_opened("bomb.zip", &err));
    assert_non_null(
        strstr(err.text, "bomb.zip: entry zeros declares 1879048192 bytes but stores "));
}

static void one_entry_is_replaced(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size, new_size, read;
    zip_make("two.zip", two, 2);
    void *before = files_read("two.zip", &size);
    struct source source;
    source_of_file(&source, "two.zip");
    void *bytes = archive_replace(&source, "folder/a.txt", "other words", 11, &new_size, &err);
    assert_non_null(bytes);
    files_write("new.zip", bytes, new_size);
    free(bytes);
    struct archive *archive = zip_opened("new.zip", &err);
    assert_non_null(archive);
    assert_string_equal(archive_entry_name(archive, 0), "folder/a.txt");
    char *first = archive_read(archive, 0, 100, &read, &err);
    char *second = archive_read(archive, 1, 100, &read, &err);
    assert_string_equal(first, "other words");
    assert_string_equal(second, text);
    free(first);
    free(second);
    archive_close(archive);
    void *after = files_read("two.zip", &new_size);
    assert_int_equal(size, new_size);
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
    assert_null(archive_replace(&source, "none", "", 0, &new_size, &err));
    assert_non_null(strstr(err.text, "two.zip: entry none cannot be changed"));
}

static void damaged_archives_do_no_harm(void **state)
{
    (void)state;
    struct random random;
    size_t size, read;
    random_init(&random, 5, 0);
    zip_make("two.zip", two, 2);
    uint8_t *good = files_read("two.zip", &size), *bad = memory_array(size, 1);
    for (int i = 0; i < 500; i++) {
        memcpy(bad, good, size);
        for (uint32_t k = 0, n = 1 + random_below(&random, 4); k < n; k++)
            bad[random_below(&random, (uint32_t)size)] = (uint8_t)random_below(&random, 256);
        files_write("bad.zip", bad, size);
        struct error err = {0};
        struct archive *archive = zip_opened("bad.zip", &err);
        for (int k = 0; archive && k < archive_count(archive); k++)
            free(archive_read(archive, k, 1 << 20, &read, &err));
        archive_close(archive);
    }
    free(good);
    free(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_are_read, files_each),
        cmocka_unit_test_setup(archives_in_memory_are_read, files_each),
        cmocka_unit_test_setup(names_that_lead_out_are_refused, files_each),
        cmocka_unit_test_setup(links_are_refused, files_each),
        cmocka_unit_test_setup(double_names_and_damage_are_refused, files_each),
        cmocka_unit_test_setup(a_bomb_is_refused, files_each),
        cmocka_unit_test_setup(one_entry_is_replaced, files_each),
        cmocka_unit_test_setup(damaged_archives_do_no_harm, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
