/* One value of a results table, before a medium writes it. Owner: the caller's stack. Thread: any.
 */
#ifndef SECATEUR_APP_TABLES_TABLE_VALUE_H
#define SECATEUR_APP_TABLES_TABLE_VALUE_H

#include "engine/api/knowledge.h"

#include <stdbool.h>

enum value_kind {
    VALUE_BLANK,   /* says nothing here: empty; JSON leaves it out */
    VALUE_UNKNOWN, /* a dash; empty in CSV; null */
    VALUE_TEXT,
    VALUE_WHOLE,
    VALUE_REAL,
    VALUE_SHARE, /* count of n, with percent and interval */
    VALUE_YES_NO,
};

struct table_value {
    enum value_kind kind;
    bool for_machines; /* text leaves it empty */
    bool even_none;    /* of a share: n and count are written where n is 0 too */
    const char *text;  /* somebody else's, or own */
    int count, n;      /* count also of whole numbers and yes or no */
    double real;
    char own[KNOWLEDGE_TEXT];
};

void value_unknown(struct table_value *value);
void value_text(
    struct table_value *value, const char *text); /* kept by the caller; NULL: unknown */
void value_format(struct table_value *value, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void value_whole(struct table_value *value, int number);
void value_count(struct table_value *value, int count); /* below 0: unknown */
void value_real(struct table_value *value, double number);
void value_share(struct table_value *value, int count, int n); /* count < 0 or no n: unknown */
void value_share_of_any(struct table_value *value, int count, int n); /* even_none */
void value_yes_no(struct table_value *value, bool yes);
/* Are there images to make a percentage of? */
bool value_has_share(const struct table_value *value);

#endif
