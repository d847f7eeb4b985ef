#include "engine/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Copies text so that no control character from a file reaches a terminal. */
static void copy_escaped(char *out, size_t size, const char *text)
{
    size_t at = 0;
    for (; *text && at + 5 < size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x20 && c != 0x7f)
            out[at++] = (char)c;
        else
            at += (size_t)snprintf(out + at, size - at, "\\x%02x", c);
    }
    out[at] = '\0';
}

static void fill(struct error *err, enum error_class class, const char *format, va_list args)
{
    if (!err)
        return;
    char text[sizeof err->text];
    vsnprintf(text, sizeof text, format, args);
    err->class = class;
    copy_escaped(err->text, sizeof err->text, text);
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
