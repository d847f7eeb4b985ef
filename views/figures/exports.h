/* What the table of exports lists. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_EXPORTS_H
#define SECATEUR_VIEWS_FIGURES_EXPORTS_H

#include "views/files/export.h"

extern const struct export exports_curves, exports_loss, exports_tradeoff, exports_channels,
    exports_activations, exports_thresholds, exports_confusion, exports_branches, exports_goodnet,
    exports_roc, exports_sheet, exports_face, exports_pair, exports_faces;

#endif
