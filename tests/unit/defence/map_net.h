/* A small net with a rule that the test wrote, and its images. */
#ifndef SECATEUR_TESTS_UNIT_DEFENCE_MAP_NET_H
#define SECATEUR_TESTS_UNIT_DEFENCE_MAP_NET_H

#include "tests/nets.h"

enum {
    CLASSES = 6,
    SIDE = 6,
    PIXELS = SIDE * SIDE,
    TRIGGER = 33,
    IMAGES = 60,
    HIDDEN = 12,
    OWN = 5
};

/* Class k has five pixels of its own. With a backdoor, one pixel more leads class k to k + 1. */
struct network *map_net_make(bool backdoor);
void map_net_images(float *pixels); /* [IMAGES * PIXELS]: image i is of class i % CLASSES */

#endif
