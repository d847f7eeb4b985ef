/* Formats and sizes of figures by name; lines of a title; the date of a file. Without cairo. */
#include "views/charts/paper.h"

#include "engine/base/memory.h"
#include "views/charts/canvas_paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const double points_per_mm = 72 / 25.4;
static const char *const extensions[N_CANVAS_FORMATS] = {"png", "svg", "pdf"};

const char *canvas_extension(enum canvas_format format)
{
    return extensions[format];
}

bool canvas_format_find(const char *extension, enum canvas_format *format, struct error *err)
{
    for (int i = 0; i < N_CANVAS_FORMATS; i++)
        if (strcasecmp(extension, extensions[i]) == 0) {
            *format = (enum canvas_format)i;
            return true;
        }
    return fail_as(err, ERROR_USAGE, "'%s' is not a format; use png, svg or pdf", extension);
}

bool canvas_paper_size(const char *name, struct paper *paper, struct error *err)
{
    static const struct {
        const char *name;
        double mm;
    } sizes[] = {{"column", 88}, {"wide", 120}, {"page", 180}};
    enum { LEAST = 60, MOST = 400 };
    char *end = NULL;
    double mm = strtod(name ? name : "88mm", &end);
    mm = name && strcmp(end, "mm") != 0 ? 0 : mm;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        mm = name && strcmp(name, sizes[i].name) == 0 ? sizes[i].mm : mm;
    *paper =
        (struct paper){.width = mm * points_per_mm, .scale = 1, .aspect = mm > 150 ? 0.5 : 0.62};
    if (name && strcmp(name, "slide") == 0)
        *paper = (struct paper){.width = 254 * points_per_mm, .scale = 1.9, .aspect = 9 / 16.0};
    else if (!(mm >= LEAST && mm <= MOST))
        return fail_as(err, ERROR_USAGE,
            "'%s' is not a size; use 88mm, 120mm, 180mm, slide, or %d to %d mm", name, LEAST, MOST);
    return true;
}

void paper_line(struct canvas *canvas, enum role role, double y, const char *utf8)
{
    char *shown = memory_string(utf8);
    size_t length = strlen(shown);
    while (length > 0 && canvas_text_width(canvas, shown) > canvas->width - 8) {
        length--;
        while (length > 0 && ((unsigned char)utf8[length] & 0xc0) == 0x80)
            length--;
        free(shown);
        shown = memory_format("%.*s…", (int)length, utf8);
    }
    canvas_text(canvas, role, canvas->width / 2, y, ALIGN_CENTRE, shown);
    free(shown);
}

void paper_words_finish(struct paper_words *words)
{
    for (int i = 0; i < words->n; i++)
        free(words->word[i].text);
    free(words->word);
    *words = (struct paper_words){0};
}

void paper_date(char stamp[PAPER_DATE])
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    bool given = text && *text;
    time_t seconds = given ? (time_t)strtoll(text, NULL, 10) : 946684800; /* the year 2000 */
    struct tm date;
    snprintf(stamp, PAPER_DATE, "2000-01-01T00:00:00Z");
    if (gmtime_r(&seconds, &date))
        strftime(stamp, PAPER_DATE, "%Y-%m-%dT%H:%M:%SZ", &date);
}

void canvas_area(struct canvas *canvas, enum role role, const struct canvas_point *edge, int n)
{
    if (canvas->class->area)
        canvas->class->area(canvas, role, edge, n);
}

void canvas_halo(
    struct canvas *canvas, double x, double y, enum canvas_align align, const char *utf8)
{
    if (canvas->class->halo)
        canvas->class->halo(canvas, x, y, align, utf8);
}

void canvas_data(struct canvas *canvas, const char *xml)
{
    if (canvas->class->data)
        canvas->class->data(canvas, xml);
}
