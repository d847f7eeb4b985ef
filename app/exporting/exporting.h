/* What figures are written with, and writing one. Thread: the UI's. */
#ifndef SECATEUR_APP_EXPORTING_EXPORTING_H
#define SECATEUR_APP_EXPORTING_EXPORTING_H

#include "app/commands/ui.h"
#include "views/files/export.h"

/* Size, style, formats and folder as they are set; borrowed from the ui. */
struct export_request exporting_request(const struct ui *ui);
/* Writes a figure, by its number among exports_at(), and says so; asks before it overwrites. */
void exporting_figure(struct ui *ui, int figure);

#endif
