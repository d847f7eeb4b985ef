/* Errors in one line: formatting, context in front; names from files are escaped. */
#include "engine/base/error.h"

#include "engine/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void fill(struct error *err, enum error_class class, const char *format, va_list args)
{
    if (!err)
        return;
    char *text = NULL; /* names may be long, and the reason stands behind them */
    bool formatted = vasprintf(&text, format, args) >= 0;
    err->class = class;
    text_fit(err->text, sizeof err->text, formatted ? text : "out of memory");
    if (formatted)
        free(text);
}

bool fail(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, ERROR_INPUT, format, args);
    va_end(args);
    return false;
}

bool fail_as(struct error *err, enum error_class class, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, class, format, args);
    va_end(args);
    return false;
}

bool fail_in(struct error *err, const char *context)
{
    if (!err)
        return false;
    struct error inner = *err;
    return fail_as(err, inner.class, "%s: %s", context, inner.text);
}
