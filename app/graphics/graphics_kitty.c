/* The protocol of kitty. Leans on zlib for packing. */
#include "app/graphics/base64.h"
#include "app/graphics/graphics_code.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK = 4096 }; /* letters of a command at most */

char *graphics_kitty_image(unsigned id, const uint8_t *rgb, int width, int height)
{
    uLong n = (uLong)width * (uLong)height * 3;
    uLongf size = compressBound(n);
    unsigned char *packed = memory_array(size, 1);
    char *text = NULL;
    if (compress2(packed, &size, rgb, n, Z_BEST_SPEED) == Z_OK) {
        char *letters = base64_of(packed, size);
        size_t length = strlen(letters), bytes;
        FILE *out = open_memstream(&text, &bytes);
        for (size_t at = 0; at < length || at == 0; at += CHUNK) {
            int more = at + CHUNK < length;
            if (at == 0)
                fprintf(
                    out, "\033_Ga=t,q=2,i=%u,f=24,o=z,s=%d,v=%d,m=%d;", id, width, height, more);
            else
                fprintf(out, "\033_Gm=%d,q=2;", more);
            fprintf(out, "%.*s\033\\", CHUNK, letters + at);
        }
        fclose(out);
        free(letters);
    }
    free(packed);
    return text;
}

char *graphics_kitty_place(unsigned id, unsigned place, struct area area)
{
    return memory_format("\0337\033[%d;%dH\033_Ga=p,q=2,i=%u,p=%u,c=%d,r=%d,C=1\033\\\0338",
        area.row + 1, area.column + 1, id, place, area.columns, area.rows);
}

char *graphics_kitty_remove(unsigned id, unsigned place)
{
    return memory_format("\033_Ga=d,d=i,i=%u,p=%u,q=2\033\\", id, place);
}

char *graphics_kitty_forget(unsigned id)
{
    return memory_format("\033_Ga=d,d=I,i=%u,q=2\033\\", id);
}
