/* Setting values of results tables. Leans on the C library alone. */
#include "app/tables/table_value.h"

#include <stdarg.h>
#include <stdio.h>

void value_unknown(struct table_value *value)
{
    value->kind = VALUE_UNKNOWN;
}

void value_text(struct table_value *value, const char *text)
{
    value->kind = text ? VALUE_TEXT : VALUE_UNKNOWN;
    value->text = text;
}

void value_format(struct table_value *value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value->own, sizeof value->own, format, arguments);
    va_end(arguments);
    value_text(value, value->own);
}

void value_whole(struct table_value *value, int number)
{
    value->kind = VALUE_WHOLE;
    value->count = number;
}

void value_count(struct table_value *value, int count)
{
    value->kind = count < 0 ? VALUE_UNKNOWN : VALUE_WHOLE;
    value->count = count;
}

void value_real(struct table_value *value, double number)
{
    value->kind = VALUE_REAL;
    value->real = number;
}

void value_share(struct table_value *value, int count, int n)
{
    value->kind = VALUE_SHARE;
    value->count = count;
    value->n = n;
}

void value_share_of_any(struct table_value *value, int count, int n)
{
    value_share(value, count, n);
    value->even_none = true;
}

void value_yes_no(struct table_value *value, bool yes)
{
    value->kind = VALUE_YES_NO;
    value->count = yes;
}

bool value_has_share(const struct table_value *value)
{
    return value->kind == VALUE_SHARE && value->n > 0 && value->count >= 0;
}
