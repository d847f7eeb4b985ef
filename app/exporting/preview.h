/* A figure over the whole screen, as it would be written: in the terminal's pixels where it has
 * them, else in blocks with the screen's own letters. Thread: the UI's. */
#ifndef SECATEUR_APP_EXPORTING_PREVIEW_H
#define SECATEUR_APP_EXPORTING_PREVIEW_H

#include "app/screen/overlay.h"
#include "engine/base/error.h"
#include "views/figures/exports.h"

/* Opens it over a screen that large; false with err where there is no such figure now. The request
 * is copied with its words. The key e accepts, all others close it. */
bool preview_open(struct overlay *overlay, const struct export *export,
    const struct export_request *request, int columns, int rows, struct error *err);

#endif
