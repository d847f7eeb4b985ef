/* A thread in place of a reader's process. */
#include "tests/fuzz/reader_thread.h"

#include "engine/base/memory.h"
#include "engine/io/sandbox/channel.h"
#include "engine/io/sandbox/reader.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/io/sandbox/shm_ring.h"
#include "engine/io/sandbox/starter.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum reader_kind reader_kind;

enum { NO_PROCESS = INT_MAX }; /* is no number of a process */

static struct {
    bool runs;
    pthread_t thread;
    struct reader_order order;
    int files[READER_DESCRIPTORS], n_files;
    struct shm_ring *ring;
    char *said;
    size_t n_said;
    const void *lie;
    size_t n_lie;
} inside;

static __thread bool is_reader;

pid_t __real_starter_start(const struct reader_order *order, const int *files, int n_files);
pid_t __wrap_starter_start(const struct reader_order *order, const int *files, int n_files);
void __wrap_sandbox_destroy(struct sandbox *sandbox);
void __real_sandbox_destroy(struct sandbox *sandbox);
void __wrap__exit(int status);
_Noreturn void __real__exit(int status);
ssize_t __wrap_write(int end, const void *bytes, size_t size);
ssize_t __real_write(int end, const void *bytes, size_t size);

/* Of a reader: its thread ends, its channel is closed. */
void __wrap__exit(int status)
{
    if (is_reader)
        pthread_exit(NULL);
    __real__exit(status);
}

ssize_t __wrap_write(int end, const void *bytes, size_t size)
{
    ssize_t n = __real_write(end, bytes, size);
    if (is_reader && n > 0) {
        inside.said = memory_grow(inside.said, inside.n_said + (size_t)n, 1);
        memcpy(inside.said + inside.n_said, bytes, (size_t)n);
        inside.n_said += (size_t)n;
    }
    return n;
}

static void reader_thread_end(void)
{
    if (!inside.runs)
        return;
    pthread_join(inside.thread, NULL);
    if (inside.ring) { /* closes the last descriptor */
        shm_ring_destroy(inside.ring);
        inside.n_files--;
    }
    for (int i = 1; i < inside.n_files; i++)
        close(inside.files[i]);
    inside.ring = NULL;
    inside.runs = false;
    input_hand_over(NULL, NULL, -1);
}

/* Before its parent opens anything: in a process of its own it would have its own files. */
void __wrap_sandbox_destroy(struct sandbox *sandbox)
{
    __real_sandbox_destroy(sandbox);
    reader_thread_end();
}

static void close_channel(void *end)
{
    close(*(int *)end);
    *(int *)end = -1;
}

/* The tail of the lie, as often as it goes into the ring. */
static void lie(void)
{
    const char *bytes = inside.lie;
    size_t most = 256, n = inside.n_lie < most ? inside.n_lie : most;
    if (inside.ring)
        for (size_t at = 0; n > 0 && at < 2 * inside.order.ring_slot; at += n) {
            size_t left = 2 * inside.order.ring_slot - at;
            memcpy((char *)shm_ring_view(inside.ring) + at, bytes + inside.n_lie - n,
                n < left ? n : left);
        }
    channel_write(inside.files[0], bytes, inside.n_lie);
}

static void *read_in_thread(void *kind)
{
    is_reader = true;
    pthread_cleanup_push(close_channel, &inside.files[0]);
    if (kind)
        lie();
    else
        reader_work(&inside.order, inside.ring, inside.files[0]);
    pthread_cleanup_pop(true);
    return NULL;
}

pid_t __wrap_starter_start(const struct reader_order *order, const int *files, int n_files)
{
    if (reader_kind == READER_PROCESS)
        return __real_starter_start(order, files, n_files);
    inside.order = *order;
    inside.n_files = n_files;
    inside.n_said = 0;
    for (int i = 0; i < n_files; i++)
        inside.files[i] = fcntl(files[i], F_DUPFD_CLOEXEC, 0);
    for (int i = 0; i < order->n_files; i++)
        inside.order.files[i].descriptor = inside.files[1 + i];
    if (order->ring_slot)
        inside.ring = shm_ring_attach(inside.files[1 + order->n_files], order->ring_slot);
    inside.runs = pthread_create(&inside.thread, NULL, read_in_thread,
                      reader_kind == READER_LIES ? &inside : NULL) == 0;
    return inside.runs ? NO_PROCESS : -1;
}

void reader_thread_lie(const void *bytes, size_t size)
{
    inside.lie = bytes;
    inside.n_lie = size;
}

const void *reader_thread_said(size_t *size)
{
    *size = inside.n_said;
    return inside.said;
}
