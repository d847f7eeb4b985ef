/* Reads ZIP archives by libzip: what is declared is judged before anything is unpacked. */
#include "engine/io/files/archive.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

enum {
    NAME_MAX_BYTES = 1024,
    RATIO_MAX = 1032,      /* deflate cannot do better */
    FREE_BYTES = 64 << 20, /* smaller entries may be packed as well as they like */
    UNIX_MODE_SHIFT = 16,
};

struct archive {
    char *name;
    zip_t *zip;
    int n;
    zip_stat_t *entries; /* [n] */
    const void *mapped;  /* [size] the file; NULL: bytes that are another's */
    size_t size;
};

struct archive_entry {
    const struct archive *archive;
    const zip_stat_t *stat;
    zip_file_t *file;
    uint64_t left;
};

bool archive_is(const struct source *source)
{
    return source_starts(source, "PK\x03\x04", 4) || source_starts(source, "PK\x05\x06", 4);
}

/* Checks -------------------------------------------------------------------------------- */

/* "a/b.npy", never "/a", "../a", "a\b", "c:a". */
static bool stays_inside(const char *name)
{
    if (!*name || *name == '/' || strlen(name) > NAME_MAX_BYTES || strpbrk(name, "\\:"))
        return false;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        size_t length = strcspn(part, "/");
        if (length == 2 && memcmp(part, "..", 2) == 0)
            return false;
    }
    return true;
}

static bool is_link(zip_t *zip, zip_uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(zip, index, 0, &system, &attributes);
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> UNIX_MODE_SHIFT);
}

static bool check_entry(const struct archive *archive, int index, struct error *err)
{
    const zip_stat_t *entry = &archive->entries[index];
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if ((entry->valid & needed) != needed)
        return fail(err, "%s: entry %d of the archive is damaged", archive->name, index);
    if (!stays_inside(entry->name))
        return fail(err, "%s: entry %s has a name that leads out of the archive", archive->name,
            entry->name);
    if (is_link(archive->zip, (zip_uint64_t)index))
        return fail(
            err, "%s: entry %s is a link, which is not followed", archive->name, entry->name);
    if (entry->encryption_method != ZIP_EM_NONE)
        return fail(err, "%s: entry %s is encrypted", archive->name, entry->name);
    if (entry->comp_method != ZIP_CM_STORE && entry->comp_method != ZIP_CM_DEFLATE)
        return fail(err, "%s: entry %s uses compression method %d (supported: stored, deflated)",
            archive->name, entry->name, entry->comp_method);
    if (entry->size > FREE_BYTES && entry->size / RATIO_MAX > entry->comp_size)
        return fail(err, "%s: entry %s declares %llu bytes but stores %llu", archive->name,
            entry->name, (unsigned long long)entry->size, (unsigned long long)entry->comp_size);
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_double(struct archive *archive, struct error *err)
{
    bool good = true;
    const char **names = memory_array((size_t)archive->n + 1, sizeof *names);
    for (int i = 0; i < archive->n; i++)
        names[i] = archive->entries[i].name;
    qsort(names, (size_t)archive->n, sizeof *names, compare_names);
    for (int i = 1; i < archive->n && good; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            good = fail(err, "%s: entry %s occurs twice", archive->name, names[i]);
    free(names);
    return good;
}

static bool read_entries(struct archive *archive, struct error *err)
{
    zip_int64_t n = zip_get_num_entries(archive->zip, 0);
    if (n < 0 || n > ARCHIVE_ENTRIES_MAX)
        return fail(err, "%s: has more than %d entries", archive->name, ARCHIVE_ENTRIES_MAX);
    archive->entries = memory_array((size_t)n + 1, sizeof *archive->entries);
    for (archive->n = 0; archive->n < n; archive->n++) {
        zip_stat_t *entry = &archive->entries[archive->n];
        zip_stat_init(entry);
        if (zip_stat_index(archive->zip, (zip_uint64_t)archive->n, 0, entry) != 0)
            return fail(err, "%s: entry %d of the archive is damaged", archive->name, archive->n);
    }
    for (int i = 0; i < archive->n; i++)
        if (!check_entry(archive, i, err))
            return false;
    return check_double(archive, err);
}

/* Opening ------------------------------------------------------------------------------- */

/* Bytes in memory are not copied; the library opens no file itself. */
static zip_t *open_zip(
    const struct source *source, const void *bytes, size_t size, struct error *err)
{
    zip_error_t reason;
    zip_error_init(&reason);
    zip_source_t *from = zip_source_buffer_create(bytes, size, 0, &reason);
    zip_t *zip = from ? zip_open_from_source(from, ZIP_RDONLY, &reason) : NULL;
    if (!zip) {
        zip_source_free(from);
        fail(err, "%s: is a damaged archive (%s)", source->path, zip_error_strerror(&reason));
    }
    zip_error_fini(&reason);
    return zip;
}

struct archive *archive_open(const struct source *source, struct error *err)
{
    struct archive *archive = memory_array(1, sizeof *archive);
    archive->name = memory_string(source->path);
    archive->size = source->size;
    archive->mapped = source->bytes ? NULL : input_map(source->path, &archive->size, err);
    const void *bytes = source->bytes ? source->bytes : archive->mapped;
    archive->zip = bytes ? open_zip(source, bytes, archive->size, err) : NULL;
    if (archive->zip && read_entries(archive, err))
        return archive;
    archive_close(archive);
    return NULL;
}

void archive_close(struct archive *archive)
{
    if (!archive)
        return;
    if (archive->zip)
        zip_discard(archive->zip);
    if (archive->mapped)
        input_unmap(archive->mapped, archive->size);
    free(archive->entries);
    free(archive->name);
    free(archive);
}

int archive_count(const struct archive *archive)
{
    return archive->n;
}

const char *archive_entry_name(const struct archive *archive, int index)
{
    return archive->entries[index].name;
}

uint64_t archive_entry_size(const struct archive *archive, int index)
{
    return archive->entries[index].size;
}

int archive_find(const struct archive *archive, const char *name)
{
    for (int i = 0; i < archive->n; i++)
        if (strcmp(archive->entries[i].name, name) == 0)
            return i;
    return -1;
}

/* Reading ------------------------------------------------------------------------------- */

struct archive_entry *archive_entry_open(struct archive *archive, int index, struct error *err)
{
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (!file) {
        fail(err, "%s: entry %s cannot be read (%s)", archive->name, archive->entries[index].name,
            zip_strerror(archive->zip));
        return NULL;
    }
    struct archive_entry *entry = memory_array(1, sizeof *entry);
    *entry = (struct archive_entry){
        archive, &archive->entries[index], file, archive->entries[index].size};
    return entry;
}

static bool fail_read(const struct archive_entry *entry, struct error *err)
{
    return fail(err, "%s: entry %s is damaged (%s)", entry->archive->name, entry->stat->name,
        zip_error_strerror(zip_file_get_error(entry->file)));
}

/* Behind the last byte the library compares the CRC. */
static bool check_end(struct archive_entry *entry, struct error *err)
{
    char more;
    return zip_fread(entry->file, &more, 1) == 0 || fail_read(entry, err);
}

bool archive_entry_read(struct archive_entry *entry, void *out, size_t size, struct error *err)
{
    char *bytes = out;
    if (size > entry->left)
        return fail(err, "%s: entry %s is cut short", entry->archive->name, entry->stat->name);
    entry->left -= size;
    while (size > 0) {
        zip_int64_t got = zip_fread(entry->file, bytes, size);
        if (got <= 0)
            return fail_read(entry, err);
        bytes += got;
        size -= (size_t)got;
    }
    return entry->left > 0 || check_end(entry, err);
}

void archive_entry_close(struct archive_entry *entry)
{
    if (!entry)
        return;
    zip_fclose(entry->file);
    free(entry);
}

void *archive_read(
    struct archive *archive, int index, uint64_t most, size_t *size, struct error *err)
{
    const zip_stat_t *stat = &archive->entries[index];
    if (stat->size > most) {
        fail(err, "%s: entry %s is larger than %llu bytes", archive->name, stat->name,
            (unsigned long long)most);
        return NULL;
    }
    char *bytes = memory_try((size_t)stat->size + 1, 1, archive->name, err);
    struct archive_entry *entry = bytes ? archive_entry_open(archive, index, err) : NULL;
    bool good = entry && archive_entry_read(entry, bytes, (size_t)stat->size, err);
    archive_entry_close(entry);
    if (!good) {
        free(bytes);
        return NULL;
    }
    bytes[stat->size] = '\0';
    *size = (size_t)stat->size;
    return bytes;
}

/* Replacing ----------------------------------------------------------------------------- */

/* The file in memory that the library may write to, and frees by free(). */
static zip_source_t *buffer_of(const struct source *source, struct error *err)
{
    size_t size;
    void *bytes = source_copy(source, &size, err);
    zip_source_t *buffer = bytes ? zip_source_buffer_create(bytes, size, 1, NULL) : NULL;
    if (bytes && !buffer) {
        free(bytes);
        fail(err, "%s: cannot be read again", source->path);
    }
    return buffer;
}

/* The entry keeps its packing and its time. */
static bool replace_entry(zip_t *zip, const char *name, const void *bytes, size_t size)
{
    zip_stat_t stat;
    zip_int64_t index = zip_name_locate(zip, name, 0);
    if (index < 0 || zip_stat_index(zip, (zip_uint64_t)index, 0, &stat) != 0)
        return false;
    zip_uint64_t at = (zip_uint64_t)index;
    zip_source_t *new = zip_source_buffer(zip, bytes, size, 0);
    if (!new || zip_file_replace(zip, at, new, 0) != 0) {
        zip_source_free(new);
        return false;
    }
    return zip_set_file_compression(zip, at, stat.comp_method, 0) == 0 &&
           zip_file_set_mtime(zip, at, stat.mtime, 0) == 0;
}

static void *source_bytes(zip_source_t *source, size_t *size)
{
    zip_stat_t stat;
    void *bytes = NULL;
    if (zip_source_stat(source, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) &&
        zip_source_open(source) == 0) {
        bytes = memory_array((size_t)stat.size + 1, 1);
        *size = (size_t)stat.size;
        if (zip_source_read(source, bytes, stat.size) != (zip_int64_t)stat.size) {
            free(bytes);
            bytes = NULL;
        }
        zip_source_close(source);
    }
    return bytes;
}

void *archive_replace(const struct source *source, const char *name, const void *bytes, size_t size,
    size_t *new_size, struct error *err)
{
    zip_error_t reason;
    void *result = NULL;
    zip_source_t *buffer = buffer_of(source, err);
    if (!buffer)
        return NULL;
    zip_error_init(&reason);
    zip_source_keep(buffer);
    zip_t *zip = zip_open_from_source(buffer, 0, &reason);
    if (!zip) {
        zip_source_free(buffer);
        fail(err, "%s: is a damaged archive (%s)", source->path, zip_error_strerror(&reason));
    } else if (!replace_entry(zip, name, bytes, size)) {
        fail(err, "%s: entry %s cannot be changed (%s)", source->path, name, zip_strerror(zip));
        zip_discard(zip);
    } else if (zip_close(zip) != 0) {
        fail(err, "%s: entry %s cannot be changed (%s)", source->path, name, zip_strerror(zip));
        zip_discard(zip);
    } else if (!(result = source_bytes(buffer, new_size))) {
        fail(err, "%s: cannot be changed", source->path);
    }
    zip_source_free(buffer);
    zip_error_fini(&reason);
    return result;
}

static bool add_part(zip_t *zip, const struct archive_part *part)
{
    static const time_t begin = 315532800; /* 1980, the first that an archive can say */
    zip_source_t *source = zip_source_buffer(zip, part->bytes, part->size, 0);
    zip_int64_t at = source ? zip_file_add(zip, part->name, source, 0) : -1;
    if (source && at < 0)
        zip_source_free(source);
    return at >= 0 && zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 1) == 0 &&
           zip_file_set_mtime(zip, (zip_uint64_t)at, begin, 0) == 0;
}

void *archive_make(
    const char *path, const struct archive_part *parts, int n, size_t *size, struct error *err)
{
    void *result = NULL;
    zip_source_t *buffer = zip_source_buffer_create(NULL, 0, 1, NULL);
    zip_source_keep(buffer);
    zip_t *zip = zip_open_from_source(buffer, ZIP_TRUNCATE, NULL);
    bool good = zip != NULL;
    for (int i = 0; i < n && good; i++)
        good = add_part(zip, &parts[i]);
    if (zip && (!good || zip_close(zip) != 0)) {
        zip_discard(zip);
        good = false;
    }
    if (good)
        result = source_bytes(buffer, size);
    zip_source_free(buffer);
    if (!result)
        fail_as(err, ERROR_OUTPUT, "%s: its archive cannot be made", path);
    return result;
}
