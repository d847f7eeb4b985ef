/* The form of what a reader sends. Private to the room. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_FRAME_H
#define SECATEUR_ENGINE_IO_SANDBOX_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct shm_ring;

struct sandbox_pipe {
    int end;
    struct shm_ring *ring; /* NULL: there is none */
};

enum frame_kind { FRAME_DATA = 0x5ec0, FRAME_REFUSED, FRAME_END };

struct frame {
    uint64_t kind, size;
};

/* Of the reader; they end it when the parent has gone. */
void frame_write(int end, enum frame_kind kind, const void *data, size_t size);
void frame_read_bytes(int end, void *out, size_t size);

#endif
