#include "engine/base/store_private.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *find_folder(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder && *folder)
        return folder;
    return access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
}

struct store *store_create(size_t limit, const char *folder)
{
    struct store *store = memory_array(1, sizeof *store);
    pthread_rwlockattr_t writers_first; /* readers come again and again */
    atomic_init(&store->owners, 1);
    store->limit = limit;
    store->folder = memory_string(folder ? folder : find_folder());
    store->fd = -1;
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&store->lock, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
    return store;
}

void store_soften(struct store *store)
{
    store->soft = true;
}

struct store *store_ref(struct store *store)
{
    atomic_fetch_add(&store->owners, 1);
    return store;
}

void store_unref(struct store *store)
{
    if (!store || atomic_fetch_sub(&store->owners, 1) > 1)
        return;
    if (store->fd >= 0)
        close(store->fd);
    pthread_rwlock_destroy(&store->lock);
    free(store->holes);
    free(store->folder);
    free(store);
}

static size_t read_size(struct store *store, const size_t *size)
{
    pthread_rwlock_rdlock(&store->lock);
    size_t bytes = *size;
    pthread_rwlock_unlock(&store->lock);
    return bytes;
}

bool store_is_soft(const struct store *store)
{
    return store->soft;
}

size_t store_limit(const struct store *store)
{
    return store->limit;
}

size_t store_in_memory(struct store *store)
{
    return read_size(store, &store->in_memory);
}

size_t store_in_file(struct store *store)
{
    return read_size(store, &store->in_file);
}

bool store_check(struct store *store, struct error *err)
{
    int reason = atomic_exchange(&store->broken, 0);
    return !reason || fail_as(err, ERROR_FAILED, "%s: what lies there cannot be read back: %s",
                          store->folder, strerror(reason));
}

size_t store_round(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t whole = (size + page - 1) / page * page;
    return whole < STORE_SLAB ? STORE_SLAB : whole;
}

/* Memory --------------------------------------------------------------------------------- */

/* Readers of other people's files (io/sandbox/guard.h) get no copy of it. */
static unsigned char *map(int fd, off_t offset, size_t size)
{
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (bytes == MAP_FAILED)
        return NULL;
    madvise(bytes, size, MADV_DONTFORK);
    return bytes;
}

bool store_memory(struct store *store, size_t size, struct slab *slab)
{
    if (size > store->limit - store->in_memory)
        return false;
    unsigned char *bytes = map(-1, 0, size);
    if (!bytes)
        return false;
    *slab = (struct slab){PLACE_MEMORY, bytes, 0, size};
    store->in_memory += size;
    return true;
}

bool store_last(struct store *store, size_t size, struct slab *slab, struct error *err)
{
    if (!store->soft)
        return false;
    store->limit = SIZE_MAX;
    bool good = store_memory(store, size, slab);
    if (good && err)
        *err = (struct error){0};
    return good;
}

/* The file ------------------------------------------------------------------------------- */

static bool fail_file(const struct store *store, int reason, struct error *err)
{
    return fail_as(err, ERROR_OUTPUT,
        "%s: what is more than the memory budget cannot be written: %s", store->folder,
        strerror(reason));
}

static bool open_file(struct store *store, struct error *err)
{
    if (store->fd >= 0)
        return true;
    store->fd = open(store->folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (store->fd >= 0)
        return true;
    if (errno != EOPNOTSUPP && errno != EISDIR)
        return fail_file(store, errno, err);
    char *path = memory_format("%s/secateur-XXXXXX", store->folder);
    store->fd = mkostemp(path, O_CLOEXEC);
    int reason = errno;
    if (store->fd >= 0)
        unlink(path);
    free(path);
    return store->fd >= 0 || fail_file(store, reason, err);
}

/* A part of the file that is free again, or a new one. */
static bool reserve(struct store *store, size_t size, off_t *offset, struct error *err)
{
    for (int i = store->n_holes - 1; i >= 0; i--)
        if (store->holes[i].size == size) {
            *offset = store->holes[i].offset;
            store->holes[i] = store->holes[--store->n_holes];
            return true;
        }
    struct rlimit most; /* beyond it there is a signal, not an error */
    rlim_t end = (rlim_t)store->end + (rlim_t)size;
    int reason = getrlimit(RLIMIT_FSIZE, &most) == 0 && end > most.rlim_cur ? EFBIG : EINTR;
    while (reason == EINTR)
        reason = posix_fallocate(store->fd, store->end, (off_t)size);
    if (reason)
        return fail_file(store, reason, err);
    *offset = store->end;
    store->end += (off_t)size;
    return true;
}

static void give_back_file(struct store *store, const struct slab *slab)
{
    store->holes = memory_grow(store->holes, (size_t)store->n_holes + 1, sizeof *store->holes);
    store->holes[store->n_holes++] = *slab;
    store->in_file -= slab->size;
}

bool store_file(struct store *store, size_t size, bool mapped, struct slab *slab, struct error *err)
{
    struct slab new = {PLACE_FILE, NULL, 0, size};
    if (!open_file(store, err) || !reserve(store, size, &new.offset, err))
        return false;
    store->in_file += size;
    if (mapped) {
        new.place = PLACE_MAPPED;
        new.bytes = map(store->fd, new.offset, size);
    }
    if (mapped && !new.bytes) {
        int reason = errno;
        give_back_file(store, &new);
        return fail_file(store, reason, err);
    }
    *slab = new;
    return true;
}

void store_give_back(struct store *store, struct slab *slab)
{
    if (slab->bytes)
        munmap(slab->bytes, slab->size);
    if (slab->place == PLACE_MEMORY)
        store->in_memory -= slab->size;
    else if (slab->place != PLACE_NONE)
        give_back_file(store, slab);
    *slab = (struct slab){0};
}

bool store_write(struct store *store, const struct slab *slab, size_t at, const void *from,
    size_t size, struct error *err)
{
    const char *bytes = from;
    off_t offset = slab->offset + (off_t)at;
    while (size > 0) {
        ssize_t n = pwrite(store->fd, bytes, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail_file(store, n < 0 ? errno : EIO, err);
        bytes += n;
        offset += n;
        size -= (size_t)n;
    }
    return true;
}

bool store_read(struct store *store, const struct slab *slab, size_t at, void *to, size_t size)
{
    char *bytes = to;
    off_t offset = slab->offset + (off_t)at;
    while (size > 0) {
        ssize_t n = pread(store->fd, bytes, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            atomic_store(&store->broken, n < 0 ? errno : EIO);
            memset(bytes, 0, size);
            return false;
        }
        bytes += n;
        offset += n;
        size -= (size_t)n;
    }
    return true;
}
