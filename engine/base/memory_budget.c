/* The budget of memory_budget.h: slabs in memory or in one temporary file that has no name. */
#include "engine/base/memory_budget_private.h"

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

struct memory_budget *memory_budget_create(size_t limit, const char *folder)
{
    struct memory_budget *budget = memory_array(1, sizeof *budget);
    pthread_rwlockattr_t writers_first; /* else readers would keep them out */
    atomic_init(&budget->owners, 1);
    budget->limit = limit;
    budget->folder = memory_string(folder ? folder : find_folder());
    budget->fd = -1;
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&budget->lock, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
    return budget;
}

void memory_budget_soften(struct memory_budget *budget)
{
    budget->soft = true;
}

struct memory_budget *memory_budget_ref(struct memory_budget *budget)
{
    atomic_fetch_add(&budget->owners, 1);
    return budget;
}

void memory_budget_unref(struct memory_budget *budget)
{
    if (!budget || atomic_fetch_sub(&budget->owners, 1) > 1)
        return;
    if (budget->fd >= 0)
        close(budget->fd);
    pthread_rwlock_destroy(&budget->lock);
    free(budget->holes);
    free(budget->folder);
    free(budget);
}

static size_t read_size(struct memory_budget *budget, const size_t *size)
{
    pthread_rwlock_rdlock(&budget->lock);
    size_t bytes = *size;
    pthread_rwlock_unlock(&budget->lock);
    return bytes;
}

bool memory_budget_is_soft(const struct memory_budget *budget)
{
    return budget->soft;
}

size_t memory_budget_limit(const struct memory_budget *budget)
{
    return budget->limit;
}

size_t memory_budget_in_memory(struct memory_budget *budget)
{
    return read_size(budget, &budget->in_memory);
}

size_t memory_budget_in_file(struct memory_budget *budget)
{
    return read_size(budget, &budget->in_file);
}

bool memory_budget_check(struct memory_budget *budget, struct error *err)
{
    int reason = atomic_exchange(&budget->broken, 0);
    return !reason || fail_as(err, ERROR_FAILED, "%s: the temporary file there cannot be read: %s",
                          budget->folder, strerror(reason));
}

size_t memory_budget_round(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t whole = (size + page - 1) / page * page;
    return whole < BUDGET_SLAB ? BUDGET_SLAB : whole;
}

/* Memory --------------------------------------------------------------------------------- */

/* Kept out of forked readers of untrusted files (io/sandbox/sandbox.h). */
static unsigned char *map(int fd, off_t offset, size_t size)
{
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (bytes == MAP_FAILED)
        return NULL;
    madvise(bytes, size, MADV_DONTFORK);
    return bytes;
}

bool memory_budget_memory(struct memory_budget *budget, size_t size, struct slab *slab)
{
    if (size > budget->limit - budget->in_memory)
        return false;
    unsigned char *bytes = map(-1, 0, size);
    if (!bytes)
        return false;
    *slab = (struct slab){PLACE_MEMORY, bytes, 0, size};
    budget->in_memory += size;
    return true;
}

bool memory_budget_last(
    struct memory_budget *budget, size_t size, struct slab *slab, struct error *err)
{
    if (!budget->soft)
        return false;
    budget->limit = SIZE_MAX;
    bool good = memory_budget_memory(budget, size, slab);
    if (good && err)
        *err = (struct error){0};
    return good;
}

/* The file ------------------------------------------------------------------------------- */

static bool fail_file(const struct memory_budget *budget, int reason, struct error *err)
{
    return fail_as(err, ERROR_OUTPUT,
        "%s: the temporary file for what exceeds --memory cannot be written: %s", budget->folder,
        strerror(reason));
}

static bool open_file(struct memory_budget *budget, struct error *err)
{
    if (budget->fd >= 0)
        return true;
    budget->fd = open(budget->folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (budget->fd >= 0)
        return true;
    if (errno != EOPNOTSUPP && errno != EISDIR)
        return fail_file(budget, errno, err);
    char *path = memory_format("%s/secateur-XXXXXX", budget->folder);
    budget->fd = mkostemp(path, O_CLOEXEC);
    int reason = errno;
    if (budget->fd >= 0)
        unlink(path);
    free(path);
    return budget->fd >= 0 || fail_file(budget, reason, err);
}

/* A part of the file that is free again, or a new one. */
static bool reserve(struct memory_budget *budget, size_t size, off_t *offset, struct error *err)
{
    for (int i = budget->n_holes - 1; i >= 0; i--)
        if (budget->holes[i].size == size) {
            *offset = budget->holes[i].offset;
            budget->holes[i] = budget->holes[--budget->n_holes];
            return true;
        }
    struct rlimit most; /* beyond it there is a signal, not an error */
    rlim_t end = (rlim_t)budget->end + (rlim_t)size;
    int reason = getrlimit(RLIMIT_FSIZE, &most) == 0 && end > most.rlim_cur ? EFBIG : EINTR;
    while (reason == EINTR)
        reason = posix_fallocate(budget->fd, budget->end, (off_t)size);
    if (reason)
        return fail_file(budget, reason, err);
    *offset = budget->end;
    budget->end += (off_t)size;
    return true;
}

static void give_back_file(struct memory_budget *budget, const struct slab *slab)
{
    budget->holes = memory_grow(budget->holes, (size_t)budget->n_holes + 1, sizeof *budget->holes);
    budget->holes[budget->n_holes++] = *slab;
    budget->in_file -= slab->size;
}

bool memory_budget_file(
    struct memory_budget *budget, size_t size, bool mapped, struct slab *slab, struct error *err)
{
    struct slab new = {PLACE_FILE, NULL, 0, size};
    if (!open_file(budget, err) || !reserve(budget, size, &new.offset, err))
        return false;
    budget->in_file += size;
    if (mapped) {
        new.place = PLACE_MAPPED;
        new.bytes = map(budget->fd, new.offset, size);
    }
    if (mapped && !new.bytes) {
        int reason = errno;
        give_back_file(budget, &new);
        return fail_file(budget, reason, err);
    }
    *slab = new;
    return true;
}

void memory_budget_give_back(struct memory_budget *budget, struct slab *slab)
{
    if (slab->bytes)
        munmap(slab->bytes, slab->size);
    if (slab->place == PLACE_MEMORY)
        budget->in_memory -= slab->size;
    else if (slab->place != PLACE_NONE)
        give_back_file(budget, slab);
    *slab = (struct slab){0};
}

bool memory_budget_write(struct memory_budget *budget, const struct slab *slab, size_t at,
    const void *from, size_t size, struct error *err)
{
    const char *bytes = from;
    off_t offset = slab->offset + (off_t)at;
    while (size > 0) {
        ssize_t n = pwrite(budget->fd, bytes, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail_file(budget, n < 0 ? errno : EIO, err);
        bytes += n;
        offset += n;
        size -= (size_t)n;
    }
    return true;
}

bool memory_budget_read(
    struct memory_budget *budget, const struct slab *slab, size_t at, void *to, size_t size)
{
    char *bytes = to;
    off_t offset = slab->offset + (off_t)at;
    while (size > 0) {
        ssize_t n = pread(budget->fd, bytes, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            atomic_store(&budget->broken, n < 0 ? errno : EIO);
            memset(bytes, 0, size);
            return false;
        }
        bytes += n;
        offset += n;
        size -= (size_t)n;
    }
    return true;
}
