/* Height and width of images, as people write them: "32x48". Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_IMAGE_SIZE_H
#define SECATEUR_ENGINE_BASE_IMAGE_SIZE_H

#include <stdbool.h>

struct image_size {
    int height, width; /* both 0: not said */
};

/* "32x48", or "32" for a square. False: it is none, of 1 to 1048576 each. */
bool image_size_parse(const char *text, struct image_size *size);

#endif
