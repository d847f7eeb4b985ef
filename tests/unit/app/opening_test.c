/* Files that could be opened: typed lines, listings of folders, nets that were opened. */
#include "app/opening/listing.h"
#include "app/opening/recent.h"
#include "app/opening/words.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[] = "/tmp/secateur-opening-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 && setenv("XDG_STATE_HOME", folder, 1) == 0 ? 0
                                                                                             : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char *line = memory_format("rm -rf '%s'", folder);
    int status = system(line);
    free(line);
    return status;
}

static void file(const char *name, const char *text)
{
    FILE *out = fopen(name, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void words_come_back(void **state)
{
    static const char *const names[] = {"a", "with blank", "quote\"s", "it's", "back\\slash", "~x",
        "tab\there", " ", "\xe2\x82\xac uro", "--clean"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error err;
        int n;
        char *word = words_quoted(names[i]), **words = words_split(word, &n, &err);
        assert_non_null(words);
        assert_int_equal(n, 1);
        assert_string_equal(words[0], names[i]);
        words_free(words, n);
        free(word);
    }
    struct error err;
    int n;
    assert_null(words_split("a 'b", &n, &err));
    char **none = words_split("   ", &n, &err);
    assert_int_equal(n, 0);
    words_free(none, n);
}

static void letters_find_names(void **state)
{
    (void)state;
    assert_true(listing_match("", "x") == 0);
    assert_true(listing_match("bdv", "bd_valid.h5") > 0);
    assert_true(listing_match("BDV", "bd_valid.h5") > 0);
    assert_true(listing_match("vdb", "bd_valid.h5") < 0);
    assert_true(listing_match("valid", "valid.h5") > listing_match("valid", "bd_valid.h5"));
    assert_true(listing_match("net", "bd_net.h5") > listing_match("net", "neat.txt"));
}

static void folders_are_listed_by_name(void **state)
{
    (void)state;
    struct listing listing;
    struct error err;
    assert_int_equal(mkdir("list", 0700), 0);
    assert_int_equal(mkdir("list/zoo", 0700), 0);
    file("list/net.keras", "0123456789");
    file("list/notes.txt", "");
    file("list/.hidden.h5", "");
    file("list/\033]2;x\a.h5", "x");                   /* a stranger's name is a name */
    assert_int_equal(mkfifo("list/pipe.h5", 0600), 0); /* nobody waits for it */
    assert_int_equal(symlink("missing", "list/broken.h5"), 0);
    assert_true(listing_read(&listing, "list", &err));
    assert_int_equal(listing.n, 4);
    assert_string_equal(listing.file[0].name, "zoo");
    assert_int_equal(listing.file[0].kind, LISTED_FOLDER);
    assert_int_equal(listing.file[1].kind, LISTED_HDF5);
    assert_int_equal(listing.file[2].kind, LISTED_NET);
    assert_int_equal(listing.file[2].size, 10);
    assert_int_equal(listing.file[3].kind, LISTED_OTHER);
    listing_finish(&listing);
    assert_false(listing_read(&listing, "nowhere", &err));
    assert_false(listing_read(&listing, "list/notes.txt", &err));
}

/* As people download them and PyTorch writes them. */
static void kinds_are_told_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum listing_kind kind;
    } files[] = {{"a.onnx", LISTED_NET}, {"b.gz", LISTED_OTHER}, {"c.npz.gz", LISTED_IMAGES},
        {"d-images-idx3-ubyte.gz", LISTED_IMAGES}, {"e.H5.GZ", LISTED_IMAGES},
        {"f.keras.gz", LISTED_OTHER}};
    struct listing listing;
    struct error err;
    assert_int_equal(mkdir("kinds", 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = memory_format("kinds/%s", files[i].name);
        file(path, "x");
        free(path);
    }
    assert_true(listing_read(&listing, "kinds", &err));
    for (int i = 0; i < listing.n; i++)
        for (size_t k = 0; k < sizeof files / sizeof *files; k++)
            if (strcmp(listing.file[i].name, files[k].name) == 0)
                assert_int_equal(listing.file[i].kind, files[k].kind);
    assert_int_equal(listing.n, sizeof files / sizeof *files);
    listing_finish(&listing);
}

static void recent_nets_are_private(void **state)
{
    (void)state;
    struct options options = {.model = "my net.h5", .clean = "clean.h5", .poisoned = "p\nq.h5"};
    struct recent recent;
    struct stat status;
    char *place = memory_format("%s/secateur/recent", folder);
    recent_note(&options); /* a name of two lines is no line */
    recent_read(&recent);
    assert_int_equal(recent.n, 0);
    options.poisoned = NULL;
    for (int i = 0; i < RECENT_MOST + 3; i++) {
        char *clean = memory_format("clean %d.h5", i);
        options.clean = clean;
        recent_note(&options);
        recent_note(&options); /* once */
        free(clean);
    }
    assert_int_equal(stat(place, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    recent_read(&recent);
    assert_int_equal(recent.n, RECENT_MOST);
    assert_string_equal(recent_find(&recent, "my net.h5"), recent.line[0]);
    assert_non_null(strstr(recent.line[0], "clean 22.h5"));
    assert_null(recent_find(&recent, "other.h5"));
    recent_finish(&recent);
    assert_int_equal(chmod(place, 0666), 0); /* anybody may have written it */
    recent_read(&recent);
    assert_int_equal(recent.n, 0);
    recent_finish(&recent);
    free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_back),
        cmocka_unit_test(letters_find_names),
        cmocka_unit_test(folders_are_listed_by_name),
        cmocka_unit_test(kinds_are_told_by_names),
        cmocka_unit_test(recent_nets_are_private),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
