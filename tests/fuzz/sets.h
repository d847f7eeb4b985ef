/* Image sets for targets: written, opened. */
#ifndef SECATEUR_TESTS_FUZZ_SETS_H
#define SECATEUR_TESTS_FUZZ_SETS_H

#include "tests/fuzz/fuzz.h"

void sets_write_h5(const char *path, bool packed);
void sets_write_lzf(const char *path);
void sets_write_npz(const char *path, const char *type, bool fortran, bool deflated);
/* As the program does; one that is read is looked at. */
void sets_open(const char *path, const uint8_t *data, size_t size);

#endif
