/* digest: known values of FIPS 180-4, and what cannot be read. */
#include "engine/io/files/digest.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ABC[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char MILLION[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void bytes_have_their_known_digest(void **state)
{
    (void)state;
    char text[DIGEST_TEXT];
    digest_bytes("abc", 3, text);
    assert_string_equal(text, ABC);
}

static void files_are_read_to_their_end(void **state)
{
    (void)state;
    char path[] = "/tmp/secateur-digest-XXXXXX", text[DIGEST_TEXT];
    struct error err = {0};
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    for (int i = 0; i < 1000000; i++)
        fputc('a', file);
    fclose(file);
    assert_true(digest_file(path, text, &err));
    assert_string_equal(text, MILLION);
    unlink(path);
    assert_false(digest_file(path, text, &err));
    assert_int_equal(err.class, ERROR_INPUT);
    assert_false(digest_file("/tmp", text, &err));
    assert_false(digest_file("/dev/zero", text, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_have_their_known_digest),
        cmocka_unit_test(files_are_read_to_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
