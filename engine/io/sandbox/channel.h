/* A pair of connected ends within this machine, for bytes and for descriptors. The only door to
 * sockets: they are local pairs without an address. Private to the room. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_CHANNEL_H
#define SECATEUR_ENGINE_IO_SANDBOX_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

enum { CHANNEL_FILES = 8 };

bool channel_pair(int ends[2]);     /* a stream of bytes */
bool channel_messages(int ends[2]); /* whole messages, with descriptors */

/* All bytes; false where the other end has gone: no signal is raised. */
bool channel_write(int end, const void *bytes, size_t size);
/* One byte, if there is space for it; never waits. */
void channel_nudge(int end);

/* A message of exactly size bytes, and its descriptors; these are the receiver's, close on exec. */
bool channel_send(int end, const void *message, size_t size, const int *files, int n_files);
bool channel_receive(int end, void *message, size_t size, int *files, int *n_files);

#endif
