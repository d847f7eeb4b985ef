/* What the table of exports lists. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_EXPORTS_H
#define SECATEUR_VIEWS_EXPORTS_H

#include "views/export.h"

extern const struct export exports_curves, exports_channels, exports_face, exports_pair,
    exports_faces, exports_roc;

#endif
