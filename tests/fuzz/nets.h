/* Nets for targets: written, opened. */
#ifndef SECATEUR_TESTS_FUZZ_NETS_H
#define SECATEUR_TESTS_FUZZ_NETS_H

#include "tests/fuzz/fuzz.h"

void nets_write_h5(const char *path);
void nets_write_weights(const char *path); /* weights alone */
void nets_write_archive(const char *path, bool deflated);
/* As the program does, with its layers listed; a part of those that are read is saved again. */
void nets_open(const char *path, const uint8_t *data, size_t size);

#endif
