/* Images of bytes drawn at random. */
#ifndef SECATEUR_TESTS_UNIT_RANDOM_IMAGES_H
#define SECATEUR_TESTS_UNIT_RANDOM_IMAGES_H

#include "engine/base/random.h"
#include "engine/io/images/dataset.h"
#include "engine/nn/graph/network.h"

/* n images of the network's input, all labelled 0. */
struct dataset *random_images(int n, const struct network *network, struct random *random);

#endif
