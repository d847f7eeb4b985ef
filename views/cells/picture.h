/* Pixels in cells: half blocks when every pixel has its place, quadrants below, dithered braille
 * without colour, a ramp of letters in ASCII. Any image size. Thread: any. */
#ifndef SECATEUR_VIEWS_CELLS_PICTURE_H
#define SECATEUR_VIEWS_CELLS_PICTURE_H

#include "views/cells/pane.h"

/* The largest place for an image inside an area, in its own proportions (a cell is twice as high
 * as wide); above its own size only whole zooms. Centred across. */
struct area picture_fit(struct area area, int width, int height);
/* Draws rgb[height, width, 3] into the place that fits; area is relative to the pane. */
void picture_draw(
    const struct pane *pane, struct area area, const uint8_t *rgb, int width, int height);

/* The same, into all of the area, whatever its proportions. */
void picture_fill(
    const struct pane *pane, struct area area, const uint8_t *rgb, int width, int height);

#endif
