/* Random networks of all layer types, for comparing ways to run them. Includes tests/test.h. */
#ifndef SECATEUR_TESTS_UNIT_RANDOM_NETS_H
#define SECATEUR_TESTS_UNIT_RANDOM_NETS_H

#include "tests/nets.h"

#include "tests/test.h"

/* Between two and nine layers on an image, then Dense layers down to the classes; with branches
 * that meet in Add and Concatenate. Weights are random, activations neither vanish nor explode. */
struct network *random_net(struct random *random);
int random_between(struct random *random, int low, int high);
/* How often a test tries: $SECATEUR_TRIALS, else as usual. */
int random_trials(int usual);

#endif
