/* A reader at work: gets its orders, gives up its rights, reads, sends. */
#include "engine/io/sandbox/reader.h"

#include "engine/base/memory.h"
#include "engine/io/sandbox/channel.h"
#include "engine/io/sandbox/limits.h"
#include "engine/io/sandbox/shm_ring.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHANNEL = 3, DESCRIPTORS_TRIED = 1 << 16 };

/* Orders --------------------------------------------------------------------------------- */

bool reader_send_part(int end, const void *data, size_t size)
{
    const uint64_t length = size;
    return channel_write(end, &length, sizeof length) && channel_write(end, data, size);
}

static struct sandbox_part read_part(int end)
{
    uint64_t length;
    frame_read_bytes(end, &length, sizeof length);
    char *bytes = memory_array((size_t)length + 1, 1);
    frame_read_bytes(end, bytes, (size_t)length);
    return (struct sandbox_part){bytes, (size_t)length};
}

/* Work ---------------------------------------------------------------------------------- */

void reader_end(int end, bool good, const struct error *err)
{
    if (good)
        frame_write(end, FRAME_END, NULL, 0);
    else
        frame_write(end, FRAME_REFUSED, err, sizeof *err);
}

void reader_work(const struct reader_order *order, struct shm_ring *ring, int end)
{
    const char *names[READER_FILES];
    struct sandbox_pipe pipe = {end, ring};
    struct error err;
    uint32_t n;
    memset(&err, 0, sizeof err);
    frame_read_bytes(end, &n, sizeof n);
    struct sandbox_part *parts = memory_array(n + 1, sizeof *parts);
    for (uint32_t i = 0; i < n; i++)
        parts[i] = read_part(end);
    for (int i = 0; i < order->n_files; i++)
        names[i] = parts[i].data;
    input_hand_over(names, order->files, order->n_files);
    struct sandbox_work work = {parts + order->n_files, (int)n - order->n_files};
    reader_end(end, order->reader(&work, &pipe, &err), &err);
    for (uint32_t i = 0; i < n; i++)
        free((void *)(uintptr_t)parts[i].data);
    free(parts);
}

/* Nothing but the channel and the files. */
static void close_others(int first)
{
    if (syscall(SYS_close_range, first, ~0U, 0) != 0)
        for (int i = first; i < DESCRIPTORS_TRIED; i++)
            close(i);
}

_Noreturn void reader_run(struct reader_order *order, const int *descriptors, int n_descriptors,
    uint64_t address_space, bool filtered)
{
    struct shm_ring *ring = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != order->parent || n_descriptors != 1 + order->n_files + (order->ring_slot > 0))
        _exit(1); /* the parent ended before that */
    if (order->ring_slot &&
        !(ring = shm_ring_attach(descriptors[1 + order->n_files], order->ring_slot)))
        _exit(1);
    for (int i = 0; i <= order->n_files; i++) /* downwards, each to the place of the one before */
        if (dup2(descriptors[i], CHANNEL + i) < 0)
            _exit(1);
    for (int i = 0; i < order->n_files; i++)
        order->files[i].descriptor = CHANNEL + 1 + i;
    close_others(CHANNEL + 1 + order->n_files);
    limits_set(order->stored, address_space);
    if (filtered && !filter_calls(CHANNEL))
        _exit(1); /* never with less than was promised */
    reader_work(order, ring, CHANNEL);
    _exit(0);
}
