/* What a file is that is not what was wanted, told from its first bytes. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_FILE_KIND_H
#define SECATEUR_ENGINE_IO_FILES_FILE_KIND_H

#include "engine/io/files/source.h"

/* Fails with "path: is not <wanted> but a picture; …": what it is, and what to do. */
bool file_kind_fail(const char *path, const char *wanted, struct error *err);
/* Named as CIFAR's version for Python names its pickles: data_batch_1, test_batch, train, meta. */
bool file_kind_is_cifar(const char *path);
bool file_kind_fail_source(const struct source *source, const char *wanted, struct error *err);

#endif
