/* Pixels in the words of a protocol. Pure: bytes come out, nothing is sent.
 * Owner: the caller frees what is malloc'd. Thread: any. */
#ifndef SECATEUR_APP_GRAPHICS_GRAPHICS_CODE_H
#define SECATEUR_APP_GRAPHICS_GRAPHICS_CODE_H

#include "views/cells/cells.h"

/* kitty (sw.kovidgoyal.net/kitty/graphics-protocol): the pixels once, packed by zlib, under a
 * number; then places of it. The terminal never answers (q=2). */
char *graphics_kitty_image(unsigned id, const uint8_t *rgb, int width, int height);
char *graphics_kitty_place(unsigned id, unsigned place, struct area area);
char *graphics_kitty_remove(unsigned id, unsigned place); /* the image stays known */
char *graphics_kitty_forget(unsigned id);                 /* with all its places */
#define GRAPHICS_KITTY_CLEAR "\033_Ga=d,d=A,q=2\033\\"    /* all of them */

/* Sixel (DEC STD 070): the pixels at a place, whole pixels repeated so that they fill
 * width x height of the terminal's own; in at most 256 colours. NULL: it cannot be made. */
char *graphics_sixel_image(
    const uint8_t *rgb, int width, int height, int wide, int high, size_t *size);
/* Around it: the cursor goes to the area and comes back. */
char *graphics_sixel_place(const char *image, struct area area);

#endif
