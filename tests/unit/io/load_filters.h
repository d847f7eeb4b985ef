/* Filters of chunks by letters. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_FILTERS_H
#define SECATEUR_TESTS_UNIT_LOAD_FILTERS_H

#include "tests/unit/io/load_files.h"

/* Filters in the order in which they are applied: g gzip, s shuffle, f fletcher32. */
static inline void set_filters(hid_t list, const char *filters)
{
    for (; *filters; filters++)
        assert_true((*filters == 'g'      ? H5Pset_deflate(list, 4)
                        : *filters == 's' ? H5Pset_shuffle(list)
                                          : H5Pset_fletcher32(list)) >= 0);
}

#endif
