/* A rehearsal in a child process. Files are data from strangers, and the HDF5 library can be made
 * to crash, to loop or to take all memory by a damaged one. So a file is first read by a child
 * with limits; only what the child survived is read again here.
 * Thread: any that may fork; no other thread may be inside the job's libraries. */
#ifndef SECATEUR_ENGINE_LOAD_GUARD_H
#define SECATEUR_ENGINE_LOAD_GUARD_H

#include "engine/base/error.h"

#include <stddef.h>

/* Fills err and returns false as the reading itself does. */
typedef bool guard_job(void *context, struct error *err);

/* Runs job in a child; what it changes in memory is lost. False with the job's own error, or with
 * one that names the file when the child did not live to tell. */
bool guard_rehearse(const char *name, guard_job *job, void *context, struct error *err);

#endif
