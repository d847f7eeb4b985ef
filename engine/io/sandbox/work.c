/* How a reader answers: frames, and slots that were emptied. */
#include "engine/io/sandbox/work.h"

#include "engine/io/sandbox/frame.h"
#include "engine/io/sandbox/shm_ring.h"

void sandbox_write(struct sandbox_pipe *pipe, const void *data, size_t size)
{
    frame_write(pipe->end, FRAME_DATA, data, size);
}

void sandbox_write_block(struct sandbox_pipe *pipe, const void *data, size_t size)
{
    uint64_t length = size;
    sandbox_write(pipe, &length, sizeof length);
    sandbox_write(pipe, data, size);
}

void *sandbox_fill(struct sandbox_pipe *pipe)
{
    char nudge;
    if (!shm_ring_fresh(pipe->ring)) /* the first slots are empty */
        frame_read_bytes(pipe->end, &nudge, sizeof nudge);
    void *slot = shm_ring_view(pipe->ring);
    shm_ring_turn(pipe->ring);
    return slot;
}
