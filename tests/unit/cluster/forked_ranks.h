/* Ranks without MPI: processes forked from the test, with pipes between them. Stands in the place
 * of transport_openmpi.c. Owner: the test. */
#ifndef SECATEUR_TESTS_UNIT_CLUSTER_FORKED_RANKS_H
#define SECATEUR_TESTS_UNIT_CLUSTER_FORKED_RANKS_H

#include <stdbool.h>

/* Runs work(context) as each of n ranks, which have met. Whether all of them returned true. */
bool forked_ranks(int n, bool (*work)(void *context), void *context);

#endif
