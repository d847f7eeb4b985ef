/* One image of a set. Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_FACE_H
#define SECATEUR_VIEWS_FACTS_FACE_H

#include "engine/api/images.h"

struct face {
    enum image_set set;
    int index;
};

#endif
