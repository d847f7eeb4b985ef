/* Slots of shared memory; an eventfd counts those that are empty. */
#include "engine/io/sandbox/shm_ring.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 2 };

struct shm_ring {
    unsigned char *bytes; /* [SLOTS][slot] */
    size_t slot, turn;    /* turn: of each process, how many slots it has been through */
    int empty;            /* counts the slots that are */
};

struct shm_ring *shm_ring_create(const char *name, size_t slot, struct error *err)
{
    int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
    void *bytes = mmap(NULL, SLOTS * slot, PROT_READ | PROT_WRITE, flags, -1, 0);
    int empty = bytes == MAP_FAILED ? -1 : eventfd(SLOTS, EFD_CLOEXEC | EFD_SEMAPHORE);
    if (empty < 0) {
        fail_as(err, ERROR_FAILED, "%s: cannot be read, as there is no shared memory: %s", name,
            strerror(errno));
        if (bytes != MAP_FAILED)
            munmap(bytes, SLOTS * slot);
        return NULL;
    }
    struct shm_ring *ring = memory_array(1, sizeof *ring);
    *ring = (struct shm_ring){bytes, slot, 0, empty};
    return ring;
}

void shm_ring_destroy(struct shm_ring *ring)
{
    if (!ring)
        return;
    munmap(ring->bytes, SLOTS * ring->slot);
    close(ring->empty);
    free(ring);
}

void shm_ring_close(struct shm_ring *ring)
{
    madvise(ring->bytes, SLOTS * ring->slot, MADV_DONTFORK);
}

static unsigned char *slot_of(const struct shm_ring *ring)
{
    return ring->bytes + ring->turn % SLOTS * ring->slot;
}

void *shm_ring_fill(struct shm_ring *ring)
{
    uint64_t one;
    ssize_t n;
    while ((n = read(ring->empty, &one, sizeof one)) < 0 && errno == EINTR)
        ;
    if (n != sizeof one)
        _exit(1);
    unsigned char *slot = slot_of(ring);
    ring->turn++;
    return slot;
}

const void *shm_ring_view(const struct shm_ring *ring)
{
    return slot_of(ring);
}

void shm_ring_empty(struct shm_ring *ring)
{
    const uint64_t one = 1;
    ring->turn++;
    if (write(ring->empty, &one, sizeof one) < 0) /* a child that waits is silent: sandbox.h */
        return;
}
