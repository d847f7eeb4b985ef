/* Figures and data for files. A new one is a file export_<name>.c and a line in exports.c.
 * Same snapshot, look and request give the same bytes. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_EXPORT_H
#define SECATEUR_VIEWS_EXPORT_H

#include "engine/base/error.h"
#include "engine/snapshot.h"
#include "views/look.h"

enum { EXPORT_PATH = 1024 };

struct export_request {
    const struct snapshot *snapshot;
    const struct look *look; /* viewed round, axis, orders, cursor, filter and side */
    const char *path;        /* NULL: a telling name in `folder` */
    const char *folder;      /* NULL: "."; made when it is missing */
    const char *size;        /* named size of figures: column, wide, page, slide; NULL: column */
    const char *version;     /* of the program, for the metadata */
    int zoom;                /* whole number for pixel pictures; 0: 4 */
    bool force;              /* overwrite existing files */
};

struct export
{
    const char *name;      /* "curves" */
    const char *extension; /* "png" */
    const char *help;
    /* Writes the file, and its CSV beside it, atomically; path[EXPORT_PATH] says where. */
    bool (*write)(const struct export_request *request, char *path, struct error *err);
};

const struct export *exports_at(int index); /* NULL behind the last */
const struct export *exports_find(const char *name, const char *extension); /* NULL: the first */

#endif
