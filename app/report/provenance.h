/* Where the numbers of figures and tables came from: every file with its SHA-256, and the command
 * line. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_PROVENANCE_H
#define SECATEUR_APP_REPORT_PROVENANCE_H

#include "app/options/arguments.h"
#include "views/files/export.h"

struct provenance;

/* Reads the files through; one that cannot be read any more is told without a digest. */
struct provenance *provenance_create(const struct arguments *arguments);
void provenance_destroy(struct provenance *provenance); /* accepts NULL */
void provenance_tell(const struct provenance *provenance, struct export_request *request);

#endif
