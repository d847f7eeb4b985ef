/* The table of results tables, and the names of columns. */
#include "app/tables/table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define ENTRY(name) extern const struct results_table table_##name;
#include "app/tables/tables.def"
#undef ENTRY

#define ENTRY(name) &table_##name,
static const struct results_table *const all[] = {
#include "app/tables/tables.def"
};

const struct results_table *results_table_at(int index)
{
    int n = sizeof all / sizeof *all;
    return index >= 0 && index < n ? all[index] : NULL;
}

const char *table_column_name(const struct table_column *column, enum table_medium medium)
{
    bool machine = medium == IN_CSV || medium == IN_JSON || medium == IN_FILE;
    const char *name = column->in[medium];
    if (!name)
        name = machine ? column->name : column->heading;
    bool hidden = name && !*name && column->in[medium];
    return hidden ? NULL : name;
}

/* Where a word of its own stands for the success of an attack; NULL: nowhere. */
static const char *find_rate(const char *name)
{
    static const char *const words[] = {"attack success", "ASR", "asr"};
    for (int i = 0; i < 3; i++)
        for (const char *at = name; (at = strstr(at, words[i])); at++)
            if ((at == name || !isalpha((unsigned char)at[-1])) &&
                !isalpha((unsigned char)at[strlen(words[i])]))
                return at;
    return NULL;
}

/* The name with a word before the success of an attack. */
static const char *with_word(const char *name, const char *word, char text[TABLE_NAME])
{
    const char *at = find_rate(name);
    if (!at)
        return name;
    snprintf(text, TABLE_NAME, "%.*s%s%s", (int)(at - name), name, word, at);
    return text;
}

const char *table_column_head(const struct table_column *column, enum table_medium medium,
    const struct attacked *attacked, char text[TABLE_NAME])
{
    const char *name = table_column_name(column, medium);
    bool machine = medium == IN_CSV || medium == IN_JSON || medium == IN_FILE;
    const char *word = machine ? "surrogate_"
                       : medium == IN_TEXT && !strchr(name ? name : "", '\n') ? "surrogate\n"
                                                                              : "surrogate ";
    return name && attacked && attacked->surrogate ? with_word(name, word, text) : name;
}

const char *table_surrogate_key(const char *key, char text[TABLE_NAME])
{
    return with_word(key, "surrogate_", text);
}
