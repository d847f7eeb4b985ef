/* Tables as JSON, and pieces that several results share; new references. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_TABLE_JSON_H
#define SECATEUR_APP_TABLES_TABLE_JSON_H

#include "app/tables/table.h"
#include "views/files/metadata.h"

struct json_t;

struct json_t *table_json_row(const struct results_table *table, const void *source, int row);
struct json_t *table_json(const struct results_table *table, const void *source, int n_rows);
/* The columns of IN_FILE, behind the notes: the text of a file, malloc'd. attacked: as for heads.
 */
char *table_json_file(const struct results_table *table, const void *source, int n_rows,
    const struct metadata *notes, const struct attacked *attacked);

/* Keys that name the success of an attack say surrogate, in the object and all that is in it, where
 * the poisoned images are one; not below keys of test images, which are never one. */
void table_json_say_surrogate(struct json_t *object, const struct attacked *attacked);

struct json_t *json_text(const char *value); /* null for NULL and for what is not UTF-8 */
struct json_t *json_share(int count, int n); /* count, n, percent, interval */
/* Writes it with every digit, and lets it go. */
void json_print(FILE *out, struct json_t *object);

#endif
