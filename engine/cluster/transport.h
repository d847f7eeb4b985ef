/* How bytes move between ranks; cluster.c says what they mean.
 * Every call is made by all ranks, in the same order. Waiting costs no processor time that workers
 * could use. False: the others cannot be reached any more. Owner: the process. Thread: any, one at
 * a time. */
#ifndef SECATEUR_ENGINE_CLUSTER_TRANSPORT_H
#define SECATEUR_ENGINE_CLUSTER_TRANSPORT_H

#include "engine/base/error.h"

#include <stddef.h>

/* rank, ranks: out. False with err where there is no way to the others. */
bool transport_open(int *rank, int *ranks, struct error *err);
void transport_close(bool in_order); /* false: the others are ended too */

/* mine[size] of each rank, the same size everywhere, into all[ranks][size]. */
bool transport_all(const void *mine, size_t size, void *all);
/* mine of each rank, of different sizes, into all[starts[ranks]]; rank r's begin at starts[r]. */
bool transport_parts(const void *mine, void *all, const size_t *starts);
/* bytes[size] of rank `from` to all. */
bool transport_spread(void *bytes, size_t size, int from);
/* A word without bytes that a rank can be told of while it works: it looks whether there is one,
 * and takes that of each rank that sent one. */
bool transport_notify(int to);
bool transport_has_notice(void);
bool transport_take_notice(int from);
bool transport_send(const void *bytes, size_t size, int to);
bool transport_receive(void *bytes, size_t size, int from);

#endif
