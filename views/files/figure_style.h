/* How figures look beside size and format: letters, title, intervals. Thread: any. */
#ifndef SECATEUR_VIEWS_FILES_FIGURE_STYLE_H
#define SECATEUR_VIEWS_FILES_FIGURE_STYLE_H

#include "engine/base/error.h"

#include <stdbool.h>

struct figure_style {
    bool serif;     /* letters as in a printed text */
    bool title;     /* above the figure: what it shows, of which net */
    bool intervals; /* curves have the number of images and 95 % intervals as bands */
};

/* "serif,title,intervals", some of them, or "sans" (plain letters, as without any); NULL, "":
 * plain. A later word counts where two disagree. */
bool figure_style_read(const char *list, struct figure_style *style, struct error *err);

#endif
