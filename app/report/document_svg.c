/* An SVG as cairo wrote it, for a page that allows no style within elements. */
#include "app/report/document_svg.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "rgb(0%,44.7%,69.8%)" as #0072b2; returns what was read, 0: it is none. */
static int write_colour(FILE *out, const char *text)
{
    double part[3];
    int length = 0;
    if (sscanf(text, "rgb(%lf%%,%lf%%,%lf%%)%n", &part[0], &part[1], &part[2], &length) != 3 ||
        length == 0)
        return 0;
    putc('#', out);
    for (int i = 0; i < 3; i++)
        fprintf(out, "%02x", (unsigned)lrint(fmin(fmax(part[i], 0), 100) * 2.55));
    return length;
}

/* Up to the end of the text or a sign of `ends`, with colours made plain. */
static const char *write_until(FILE *out, const char *c, const char *ends)
{
    while (*c && !strchr(ends, *c)) {
        int colour = strncmp(c, "rgb(", 4) == 0 ? write_colour(out, c) : 0;
        if (colour == 0)
            putc(*c, out);
        c += colour > 0 ? colour : 1;
    }
    return c;
}

/* Behind style=": each a:b; as an attribute a="b"; returns the place behind the closing quote. */
static const char *write_style(FILE *out, const char *c)
{
    while (*c && *c != '"') {
        putc(' ', out);
        c = write_until(out, c, ":\"");
        fputs("=\"", out);
        c += *c == ':';
        c = write_until(out, c, ";\"");
        putc('"', out);
        c += *c == ';';
    }
    return c + (*c == '"');
}

/* Is the text at the end of the part that holds words: <title>, <desc>, <metadata>? */
static const char *words_end(const char *c)
{
    static const char *const names[] = {"title", "desc", "metadata"};
    for (int i = 0; i < 3; i++) {
        char open[16], close[16];
        snprintf(open, sizeof open, "<%s>", names[i]);
        snprintf(close, sizeof close, "</%s>", names[i]);
        if (strncmp(c, open, strlen(open)) == 0)
            return strstr(c, close);
    }
    return NULL;
}

static void write_rest(FILE *out, const char *c)
{
    static const char style[] = " style=\"";
    while (*c) {
        const char *end = words_end(c);
        if (end) {
            fwrite(c, 1, (size_t)(end - c), out);
            c = end;
        } else if (strncmp(c, style, sizeof style - 1) == 0) {
            c = write_style(out, c + sizeof style - 1);
        } else {
            int colour = strncmp(c, "rgb(", 4) == 0 ? write_colour(out, c) : 0;
            if (colour == 0)
                putc(*c, out);
            c += colour > 0 ? colour : 1;
        }
    }
}

void document_svg(FILE *out, const char *svg, size_t size)
{
    char *text = memory_format("%.*s", (int)size, svg);
    char *begins = strstr(text, "<svg");
    char *width = begins ? strstr(begins, " width=") : NULL;
    const char *box = width ? strstr(width, " viewBox=") : NULL;
    if (box) {
        fwrite(begins, 1, (size_t)(width - begins), out);
        fputs(" role=\"img\"", out);
        write_rest(out, box);
    }
    free(text);
}
