/* ZIP archives in few words, for the tests of the load room. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_ZIP_H
#define SECATEUR_TESTS_UNIT_LOAD_ZIP_H

#include "engine/io/files/archive.h"

#include "tests/unit/io/load_files.h"

#include <zip.h>

struct zip_item {
    const char *name;
    const void *bytes;
    size_t size;
    bool deflated;
};

static inline void zip_make(const char *path, const struct zip_item *items, int n)
{
    unlink(path);
    zip_t *zip = zip_open(path, ZIP_CREATE, NULL);
    assert_non_null(zip);
    for (int i = 0; i < n; i++) {
        zip_source_t *source = zip_source_buffer(zip, items[i].bytes, items[i].size, 0);
        zip_int64_t at = zip_file_add(zip, items[i].name, source, ZIP_FL_ENC_UTF_8);
        assert_true(at >= 0);
        zip_set_file_compression(
            zip, (zip_uint64_t)at, items[i].deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    }
    assert_int_equal(zip_close(zip), 0);
}

static inline struct archive *zip_opened(const char *path, struct error *err)
{
    struct source source;
    source_of_file(&source, path);
    return archive_open(&source, err);
}

#endif
