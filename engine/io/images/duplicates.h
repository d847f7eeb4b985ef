/* Images that are in two sets: a test on what was chosen with proves nothing. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DUPLICATES_H
#define SECATEUR_ENGINE_IO_IMAGES_DUPLICATES_H

#include "engine/io/images/dataset.h"

/* How many images of `tests` are, value for value, in `seen` too; labels and files do not matter.
 */
int duplicates_count(const struct dataset *seen, const struct dataset *tests);

#endif
