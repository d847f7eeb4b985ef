#include "views/figure.h"

#include "views/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool figure_write(const struct export_request *request, const char *stem, const char *extension,
    const void *bytes, size_t size, const struct csv *csv, char *path, struct error *err)
{
    char table[EXPORT_PATH];
    if (!file_path(request, stem, extension, path, err))
        return false;
    file_beside(path, "csv", table);
    if (strcmp(path, table) == 0)
        return fail_as(err, ERROR_USAGE, "%s: .csv is the name of the table beside it", path);
    if (!request->force && access(table, F_OK) == 0)
        return fail_as(err, ERROR_OUTPUT, "%s is there already; say force to overwrite it", table);
    return file_write(path, bytes, size, request->force, err) &&
           file_write(table, csv->text, csv->size, request->force, err);
}

bool figure_write_canvas(const struct export_request *request, const char *stem,
    const char *extension, struct canvas *canvas, const struct csv *csv, char *path,
    struct error *err)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    bool written = canvas_paper_bytes(canvas, &bytes, &size, err) &&
                   figure_write(request, stem, extension, bytes, size, csv, path, err);
    free(bytes);
    return written;
}

bool figure_possible(const struct export_request *request, struct error *err)
{
    if (request->snapshot->n_rounds > 0)
        return true;
    return fail_as(err, ERROR_FAILED, "nothing is measured yet");
}

void figure_stem(const struct snapshot *s, char *text, int size)
{
    bool known = s->site >= 0 && s->site < s->n_sites;
    snprintf(text, (size_t)size, "%s_%s%s", known ? s->sites[s->site].name : "layer",
        s->criterion ? s->criterion : "order", s->descending ? "_descending" : "");
}
