/* The words of --figure-style. */
#include "views/files/figure_style.h"

#include <string.h>

static bool is(const char *word, int length, const char *name)
{
    return (int)strlen(name) == length && strncmp(word, name, (size_t)length) == 0;
}

bool figure_style_read(const char *list, struct figure_style *style, struct error *err)
{
    *style = (struct figure_style){0};
    for (const char *c = list; c && *c; c += *c == ',') {
        int length = (int)strcspn(c, ",");
        if (is(c, length, "serif") || is(c, length, "sans"))
            style->serif = is(c, length, "serif");
        else if (is(c, length, "title"))
            style->title = true;
        else if (is(c, length, "intervals"))
            style->intervals = true;
        else
            return fail_as(err, ERROR_USAGE,
                "'%.*s' is not a style; use sans, serif, title, intervals or several of them",
                length < 40 ? length : 40, c);
        c += length;
    }
    return true;
}
