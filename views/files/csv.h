/* Tables beside figures: where the numbers came from in comment lines, then all their digits.
 * Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FILES_CSV_H
#define SECATEUR_VIEWS_FILES_CSV_H

#include "views/files/metadata.h"

#include <stddef.h>

struct csv {
    char *text;
    size_t size;
};

void csv_init(struct csv *csv, const struct metadata *metadata); /* "# key: text" lines */
void csv_finish(struct csv *csv);
void csv_printf(struct csv *csv, const char *format, ...) __attribute__((format(printf, 2, 3)));
void csv_text(struct csv *csv, const char *text); /* a field: escape_csv */

#endif
