/* What a reader may use and do. Private to the room. Each is given up for good, so that a file
 * that takes control of its reader cannot have it back. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_LIMITS_H
#define SECATEUR_ENGINE_IO_SANDBOX_LIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Sanitizers open files, take terabytes of address space and start processes for their reports:
 * readers in such builds keep little more than the limit on processor time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMITS_SANITIZED = true };
#else
enum { LIMITS_SANITIZED = false };
#endif

/* Address space that this process has, in bytes; 0 where /proc does not say. */
uint64_t limits_address_space(void);
/* Once, in the process that starts the readers, which inherit it: no new privileges, no
 * capabilities, no core files, no file can be written or opened (Landlock, where the kernel has
 * it), no signal can be sent. */
void limits_give_up(void);
/* In a reader: memory and processor time for what is stored, no more descriptors or processes.
 * has: limits_address_space of before; 0: no limit on memory. */
void limits_set(uint64_t stored, uint64_t has);

/* Can system calls be filtered here? False: not built with libseccomp, or not in this kernel. */
bool filter_available(void);
/* From now on only the calls that a reader needs, for reading from all of its descriptors and
 * writing to `out`. Any other ends it with SIGSYS. False: it cannot be done. */
bool filter_calls(int out);

#endif
