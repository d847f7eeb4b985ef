/* ZIP archives (.keras, .npz), with care: the only door to libzip.
 * Files are data from strangers, so this runs in a reader alone. Refused are: names
 * that leave the archive or stand twice, symbolic links, encryption, other packing than stored and
 * deflated, too many entries, and entries that declare far more than the archive can hold. Nothing
 * is ever unpacked to the disk. Thread: any, one archive in one thread. */
#ifndef SECATEUR_ENGINE_IO_FILES_ARCHIVE_H
#define SECATEUR_ENGINE_IO_FILES_ARCHIVE_H

#include "engine/io/files/source.h"

#include <stdint.h>

struct archive;       /* an open archive; owner: the caller */
struct archive_entry; /* an entry that is being read; close it before its archive */

enum { ARCHIVE_ENTRIES_MAX = 10000 };

bool archive_is(const struct source *source); /* it begins like a ZIP archive */
/* Checks every entry; NULL with err, which names file, entry and reason. */
struct archive *archive_open(const struct source *source, struct error *err);
void archive_close(struct archive *archive);

int archive_count(const struct archive *archive);
const char *archive_entry_name(const struct archive *archive, int index); /* "model.weights.h5" */
uint64_t archive_entry_size(const struct archive *archive, int index);    /* bytes, unpacked */
int archive_find(const struct archive *archive, const char *name);        /* index, -1: none */

/* A whole entry of at most `most` bytes, with a zero behind; malloc'd. Checks its CRC. */
void *archive_read(
    struct archive *archive, int index, uint64_t most, size_t *size, struct error *err);
/* The same in parts, for large ones: exactly `size` more bytes, of archive_entry_size in all. The
 * CRC is checked with the last. */
struct archive_entry *archive_entry_open(struct archive *archive, int index, struct error *err);
bool archive_entry_read(struct archive_entry *entry, void *out, size_t size, struct error *err);
void archive_entry_close(struct archive_entry *entry);

/* The archive with other bytes in one entry, all else as it was; malloc'd. */
void *archive_replace(const struct source *source, const char *name, const void *bytes, size_t size,
    size_t *new_size, struct error *err);
/* A new archive, deflated, the same bytes for the same parts; malloc'd. */
struct archive_part {
    const char *name;
    void *bytes;
    size_t size;
};
void *archive_make(
    const char *path, const struct archive_part *parts, int n, size_t *size, struct error *err);

#endif
