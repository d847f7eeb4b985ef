/* Reads the reference values that were computed independently, in float64. */
#ifndef SECATEUR_TESTS_REFERENCE_EXPECTED_H
#define SECATEUR_TESTS_REFERENCE_EXPECTED_H

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5.h"

#include "tests/test.h"

static inline char *expected_path(const char *file)
{
    return memory_format("%s/%s", getenv("SECATEUR_REAL"), file);
}

/* All values of a dataset as doubles, malloc'd; *n how many. */
static inline double *expected_values(const char *name, size_t *n)
{
    struct error err = {0};
    char *path = expected_path("expected.h5");
    struct h5 *h5 = h5_open(path, &err);
    struct h5_data *data = h5 ? h5_data_open(h5, name, &err) : NULL;
    if (!data)
        print_message("%s\n", err.text);
    assert_non_null(data);
    *n = (size_t)h5_data_count(data);
    double *values = memory_array(*n, sizeof *values);
    const struct h5_shape *shape = h5_data_shape(data);
    assert_true(h5_read(data, 0, shape->rank ? shape->dim[0] : 1, H5_TYPE_F64, values, &err));
    h5_data_close(data);
    h5_close(h5);
    free(path);
    return values;
}

#endif
