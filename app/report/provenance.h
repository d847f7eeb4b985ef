/* Where the numbers of figures and tables came from: every file with its SHA-256, and the command
 * line. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_PROVENANCE_H
#define SECATEUR_APP_REPORT_PROVENANCE_H

#include "app/options/arguments.h"
#include "engine/base/error.h"
#include "views/files/export.h"

struct provenance;

/* Reads the files through. One that is gone is told without a digest; where one that is there
 * cannot be read it is NULL, and *err says why. */
struct provenance *provenance_create(const struct arguments *arguments, struct error *err);
void provenance_destroy(struct provenance *provenance); /* accepts NULL */
void provenance_tell(const struct provenance *provenance, struct export_request *request);

#endif
