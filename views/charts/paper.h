/* Parts of a figure that know nothing of how it is drawn. Thread: any. */
#ifndef SECATEUR_VIEWS_CHARTS_PAPER_H
#define SECATEUR_VIEWS_CHARTS_PAPER_H

#include "views/charts/canvas.h"

/* A line in the middle at y: as much of the text as the width takes. */
void paper_line(struct canvas *canvas, enum role role, double y, const char *utf8);
/* When a file was made: SOURCE_DATE_EPOCH or the year 2000, never the clock, which would make every
 * file another one. */
enum { PAPER_DATE = 32 };
void paper_date(char stamp[PAPER_DATE]);

#endif
