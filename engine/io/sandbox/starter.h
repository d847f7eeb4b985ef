/* A small process that starts the readers. It is forked before nets, images, journals or threads
 * are there, and wipes its environment, so that readers, which are forked from it, hold nothing of
 * their parent's worth having; it gives up its rights once for all of them. Readers are children of
 * the parent, who waits for them and ends them. One for each process, until that ends. Private to
 * the room. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_STARTER_H
#define SECATEUR_ENGINE_IO_SANDBOX_STARTER_H

#include "engine/io/sandbox/reader.h"

/* A reader's process, or -1 with errno. The descriptors stay the caller's. */
pid_t starter_start(const struct reader_order *order, const int *descriptors, int n_descriptors);
/* Starts the process itself, if it does not run. rehearse: sandbox.h. */
bool starter_prepare(void (*rehearse)(void));
/* Whether readers' system calls are to be filtered. */
bool starter_filters(void);

#endif
