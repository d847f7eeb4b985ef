#include "engine/io/sandbox/room.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 2 };

struct room {
    unsigned char *bytes; /* [SLOTS][slot] */
    size_t slot, turn;    /* turn: of each process, how many slots it has been through */
    int empty;            /* counts the slots that are */
};

struct room *room_create(const char *name, size_t slot, struct error *err)
{
    int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
    void *bytes = mmap(NULL, SLOTS * slot, PROT_READ | PROT_WRITE, flags, -1, 0);
    int empty = bytes == MAP_FAILED ? -1 : eventfd(SLOTS, EFD_CLOEXEC | EFD_SEMAPHORE);
    if (empty < 0) {
        fail_as(err, ERROR_FAILED, "%s: no room to read it: %s", name, strerror(errno));
        if (bytes != MAP_FAILED)
            munmap(bytes, SLOTS * slot);
        return NULL;
    }
    struct room *room = memory_array(1, sizeof *room);
    *room = (struct room){bytes, slot, 0, empty};
    return room;
}

void room_destroy(struct room *room)
{
    if (!room)
        return;
    munmap(room->bytes, SLOTS * room->slot);
    close(room->empty);
    free(room);
}

void room_close(struct room *room)
{
    madvise(room->bytes, SLOTS * room->slot, MADV_DONTFORK);
}

static unsigned char *slot_of(const struct room *room)
{
    return room->bytes + room->turn % SLOTS * room->slot;
}

void *room_fill(struct room *room)
{
    uint64_t one;
    ssize_t n;
    while ((n = read(room->empty, &one, sizeof one)) < 0 && errno == EINTR)
        ;
    if (n != sizeof one)
        _exit(1);
    unsigned char *slot = slot_of(room);
    room->turn++;
    return slot;
}

const void *room_view(const struct room *room)
{
    return slot_of(room);
}

void room_empty(struct room *room)
{
    const uint64_t one = 1;
    room->turn++;
    if (write(room->empty, &one, sizeof one) < 0) /* a child that waits is silent: sandbox.h */
        return;
}
