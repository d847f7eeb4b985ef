/* Makes the present branch of the sample a repair, beside the branch that it had: 12 of 16 rounds
 * of unlearning class 0. Owner: the caller (sample_repair_destroy). */
#ifndef SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_REPAIR_H
#define SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_REPAIR_H

#include "engine/api/snapshot.h"

struct sample_repair;

struct sample_repair *sample_repair_create(struct snapshot *snapshot);
void sample_repair_destroy(struct sample_repair *repair); /* accepts NULL */

#endif
