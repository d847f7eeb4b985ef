/* Reads the size of images. */
#include "engine/base/image_size.h"

#include <ctype.h>
#include <stdlib.h>

enum { SIDE_MAX = 1 << 20 };

static bool take_side(const char **text, int *side)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return false;
    unsigned long value = strtoul(*text, &end, 10);
    *text = end;
    *side = value <= SIDE_MAX ? (int)value : 0;
    return *side > 0;
}

bool image_size_parse(const char *text, struct image_size *size)
{
    if (!take_side(&text, &size->height))
        return false;
    size->width = size->height;
    if (*text == 'x' || *text == 'X') {
        text++;
        if (!take_side(&text, &size->width))
            return false;
    }
    return *text == '\0';
}
