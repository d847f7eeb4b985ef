/* The inside of a reader: what it is told, how it works, the form of what it sends. Private to the
 * room. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_READER_H
#define SECATEUR_ENGINE_IO_SANDBOX_READER_H

#include "engine/io/files/input.h"
#include "engine/io/sandbox/frame.h"
#include "engine/io/sandbox/work.h"

#include <stdint.h>
#include <sys/types.h>

enum { READER_FILES = 6, READER_DESCRIPTORS = READER_FILES + 2 };

/* The parent's order for a reader. With it come descriptors: the channel, the files, the ring. */
struct reader_order {
    sandbox_reader *reader; /* at the same address: the processes were forked from one */
    pid_t parent;
    uint64_t stored;  /* bytes: of the files on the disk and of the parts */
    size_t ring_slot; /* 0: there is no ring */
    int n_files;
    struct input files[READER_FILES];
};

/* Down the channel: how many, then each as size and bytes: the paths of the files, the parts. */
bool reader_send_part(int end, const void *data, size_t size);

/* In the process of the reader, whose descriptors 0 to 2 lead nowhere: gives up all else, does the
 * work. address_space: limits.h. */
_Noreturn void reader_run(struct reader_order *order, const int *descriptors, int n_descriptors,
    uint64_t address_space, bool filtered);
/* Sends the last frame. */
void reader_end(int end, bool good, const struct error *err);
/* The work alone. */
void reader_work(const struct reader_order *order, struct shm_ring *ring, int end);

#endif
