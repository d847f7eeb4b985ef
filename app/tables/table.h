/* A table of results, described once: its columns with their name in each medium, and its rows as
 * values; a renderer for each medium. A new table is a file table_<name>.c and its name in
 * meson.build. Owner: tables are constant. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_TABLE_H
#define SECATEUR_APP_TABLES_TABLE_H

#include "app/tables/table_value.h"
#include "engine/api/snapshot.h"
#include "engine/base/error.h"

#include <stdio.h>

enum table_medium {
    IN_TEXT,   /* a terminal of 80 columns */
    IN_CSV,    /* standard output */
    IN_JSON,   /* standard output, and the lab's record */
    IN_FILE,   /* a table that is exported as CSV: every digit */
    IN_PAPER,  /* the same as Markdown, LaTeX, HTML: rounded */
    IN_REPORT, /* the lab's report: shares with interval and counts */
    N_MEDIA
};

/* How text writes a share. */
enum share_form {
    SHARE_PERCENT,  /* 98.65 */
    SHARE_INTERVAL, /* 98.65 [98.42, 98.85] */
    SHARE_SHORT,    /* 98.65 (98.4-98.9) */
    SHARE_COUNTS,   /* 98.65 (1054/1056) */
};

/* A name for machines may list the parts of a share, "n_clean,clean_correct,clean_accuracy": n,
 * count, percent, then low and high (in JSON: the interval); a part without a name is left out.
 * One name alone: in CSV the percent, in JSON an object of all. "oracle_repair.asr": inside an
 * object. In text '\n' parts two lines of a heading; on paper "acc. (%)|95 %" makes two cells. */
struct table_column {
    int field;               /* which of the row's values */
    const char *name;        /* for machines: IN_CSV, IN_JSON, IN_FILE; NULL: not there */
    const char *heading;     /* for people: IN_TEXT, IN_PAPER, IN_REPORT; NULL: not there */
    const char *in[N_MEDIA]; /* where a medium says otherwise; "": it leaves the column out */
    int gap, width;          /* of text: spaces in front; width, below 0: at the left */
    bool cut;                /* to that width */
    const char *format;      /* of real numbers for people, NULL: "%.2f" */
    enum share_form share;
};

enum { TABLE_FIELDS = 48 };
struct results_table {
    const char *name; /* "layers"; exported as "table-layers" */
    const char *view; /* the panel whose table it is; NULL: it is not exported by itself */
    const char *help;
    int n_columns;
    const struct table_column *columns;
    const char *indent; /* of text, NULL: none */
    /* Rows of a snapshot (or what else `source` is). False: why none. NULL: the caller counts. */
    bool (*rows)(const void *source, int *n, struct error *err);
    void (*row)(const void *source, int row, struct table_value values[TABLE_FIELDS]);
    void (*caption)(const void *source, char *text, size_t size);
};

const struct results_table *results_table_at(int index); /* NULL behind the last */
/* Of the column in a medium, NULL: it is not there. */
const char *table_column_name(const struct table_column *column, enum table_medium medium);
/* The same as it heads the table: of a surrogate's ASR it says so, in text[TABLE_NAME]. */
enum { TABLE_NAME = 160 };
const char *table_column_head(const struct table_column *column, enum table_medium medium,
    const struct attacked *attacked, char text[TABLE_NAME]);
const char *table_surrogate_key(const char *key, char text[TABLE_NAME]); /* asr: surrogate_asr */

/* Heads say "surrogate ASR" where poisoned images are a surrogate; attacked NULL: nothing of it. */
void table_text_head(FILE *out, const struct results_table *table, const struct attacked *attacked);
void table_text_row(FILE *out, const struct results_table *table, const void *source, int row);
/* All n rows, under the head if `headed`; columns at the left are as wide as the longest needs. */
void table_text_all(FILE *out, const struct results_table *table, const void *source, int n,
    bool headed, const struct attacked *attacked);
void table_csv_head(FILE *out, const struct results_table *table, enum table_medium medium,
    const struct attacked *attacked);
void table_csv_row(FILE *out, const struct results_table *table, const void *source, int row,
    enum table_medium medium);

#endif
