/* Pictures in a terminal's own pixels: what must be sent so that those of the new cells are there
 * and those of the old ones are not. Pure: bytes come out, nothing is sent.
 * Owner: the terminal. Thread: the UI's. */
#ifndef SECATEUR_APP_GRAPHICS_GRAPHICS_H
#define SECATEUR_APP_GRAPHICS_GRAPHICS_H

#include "app/graphics/graphics_choice.h"
#include "views/cells/cells.h"

/* A picture takes at most so many bytes, or so many for each of its cells where that is more. */
enum { GRAPHICS_PICTURE_BYTES = 65536, GRAPHICS_CELL_BYTES = 64 };
/* Pixels of a sixel, of which a terminal that lies about its cells would have many more. */
enum { GRAPHICS_SIXEL_PIXELS = 12000000 };
enum { GRAPHICS_COVER = 0xa0 /* stands under pictures */ };

struct graphics;

struct graphics *graphics_create(void);
void graphics_destroy(struct graphics *graphics); /* accepts NULL */
/* The protocol from now on; true: it is another one, and everything must be painted anew. */
bool graphics_use(
    struct graphics *graphics, enum graphics_kind kind, int cell_width, int cell_height);
enum graphics_kind graphics_used(const struct graphics *graphics);

/* Chooses which of the cells' pictures are shown in pixels: those that nothing lies over, that are
 * not too large to send, and for sixel end above the last row. Puts GRAPHICS_COVER into their cells
 * and takes the marks of all pictures away. */
void graphics_plan(struct graphics *graphics, struct cells *cells);
/* Bytes to send behind the cells, "" where nothing changes; borrowed until the next call. anew: the
 * screen was cleared. */
const char *graphics_bytes(struct graphics *graphics, bool anew);
/* What takes all pictures away, when the terminal is given back; of any kind. Constant. */
const char *graphics_end(enum graphics_kind kind);

/* Cells of the same size with their pictures, which are drawn anew each time. */
void graphics_copy(struct cells *to, const struct cells *from);

#endif
