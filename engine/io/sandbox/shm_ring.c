/* Slots in a file that is only memory, mapped by both sides. Leans on memfd_create. */
#include "engine/io/sandbox/shm_ring.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SLOTS = 2 };

struct shm_ring {
    unsigned char *bytes; /* [SLOTS][slot] */
    size_t slot, turn;    /* turn: of each process, how many slots it has been through */
    int descriptor;
};

/* A limit on the size of files (ulimit -f) is about the disk, but the kernel has it for this memory
 * too, and sends a signal beyond it: it is lifted meanwhile, as far as it may be. */
static bool set_size(int descriptor, size_t size)
{
    struct rlimit old, most;
    bool tight = getrlimit(RLIMIT_FSIZE, &old) == 0 && old.rlim_cur < size;
    most = (struct rlimit){old.rlim_max, old.rlim_max};
    if (size > SIZE_MAX / 4 ||
        (tight && (old.rlim_max < size || setrlimit(RLIMIT_FSIZE, &most) != 0))) {
        errno = EFBIG;
        return false;
    }
    bool good = ftruncate(descriptor, (off_t)size) == 0;
    int reason = errno;
    if (tight)
        setrlimit(RLIMIT_FSIZE, &old);
    errno = reason;
    return good;
}

/* Of exactly this size for good: one that the reader cut would end the parent. -1 with errno. */
static int memory_file(size_t size)
{
    int descriptor = memfd_create("secateur", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0)
        return -1;
    if (set_size(descriptor, size) &&
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

struct shm_ring *shm_ring_attach(int descriptor, size_t slot)
{
    int flags = MAP_SHARED | MAP_NORESERVE;
    void *bytes = mmap(NULL, SLOTS * slot, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (bytes == MAP_FAILED)
        return NULL;
    struct shm_ring *ring = memory_array(1, sizeof *ring);
    *ring = (struct shm_ring){bytes, slot, 0, descriptor};
    return ring;
}

struct shm_ring *shm_ring_create(const char *name, size_t slot, struct error *err)
{
    int descriptor = memory_file(slot > SIZE_MAX / SLOTS ? SIZE_MAX : SLOTS * slot);
    struct shm_ring *ring = descriptor < 0 ? NULL : shm_ring_attach(descriptor, slot);
    if (ring) {
        madvise(ring->bytes, SLOTS * slot, MADV_DONTFORK); /* no other process gets to see it */
        return ring;
    }
    fail_as(err, ERROR_FAILED, "%s: cannot be read, as there is no shared memory: %s", name,
        strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return NULL;
}

void shm_ring_destroy(struct shm_ring *ring)
{
    if (!ring)
        return;
    munmap(ring->bytes, SLOTS * ring->slot);
    close(ring->descriptor);
    free(ring);
}

int shm_ring_descriptor(const struct shm_ring *ring)
{
    return ring->descriptor;
}

size_t shm_ring_slot(const struct shm_ring *ring)
{
    return ring->slot;
}

void *shm_ring_view(const struct shm_ring *ring)
{
    return ring->bytes + ring->turn % SLOTS * ring->slot;
}

void shm_ring_turn(struct shm_ring *ring)
{
    ring->turn++;
}

bool shm_ring_fresh(const struct shm_ring *ring)
{
    return ring->turn < SLOTS;
}
