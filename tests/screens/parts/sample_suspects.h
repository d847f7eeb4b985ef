/* Made-up suspects: class 0 stands out, its trigger looks like sunglasses; seven are inverted.
 * Owner: the sample. */
#ifndef SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_SUSPECTS_H
#define SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_SUSPECTS_H

#include "engine/api/suspects.h"

enum { SAMPLE_SUSPECTS = 40, SAMPLE_INVERTED = 7 };

/* Of images of that size; without clean images no trigger is inverted. */
struct suspects *sample_suspects_create(int height, int width, int n_images);
void sample_suspects_destroy(struct suspects *suspects); /* accepts NULL */

#endif
