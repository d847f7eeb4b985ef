/* Tables of results: one description comes out in every medium, and what files call their layers
 * stays text in all of them. */
#include "app/report/document_results.h"
#include "app/report/tables.h"
#include "app/results/results.h"
#include "app/tables/outcomes.h"
#include "app/tables/table_json.h"
#include "app/tables/tables.h"

#include "tests/test.h"

#include <jansson.h>

enum { NAME, CLEAN, COST };

static const struct table_column columns[] = {
    {.field = NAME, .name = "layer", .heading = "layer", .width = -8},
    {.field = CLEAN,
        .name = "n_clean,correct,accuracy,low,high",
        .heading = "acc.|95 %",
        .in = {[IN_TEXT] = "acc. %",
            [IN_JSON] = "n_clean,correct,accuracy,interval",
            [IN_REPORT] = "accuracy (95 %)"},
        .width = 6},
    {.field = COST, .name = "cost", .heading = "cost", .width = 7, .format = "%.1f"},
};

/* Rows of names; the second has no images, the third no cost. */
static void row(const void *source, int index, struct table_value *values)
{
    const char *const *names = source;
    value_text(&values[NAME], names[index]);
    value_share(&values[CLEAN], 3, index == 1 ? 0 : 4);
    if (index < 2)
        value_real(&values[COST], -1.25);
    else
        value_unknown(&values[COST]);
}

static const struct results_table toy = {
    .name = "toy",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};

static const char *const plain[] = {"conv_1", "b|c", "fc"};

static char *printed(enum table_medium medium, const char *const *names, int n)
{
    static char *text;
    static size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (medium == IN_TEXT)
        table_text_head(out, &toy, NULL);
    else
        table_csv_head(out, &toy, medium, NULL);
    for (int i = 0; i < n; i++)
        if (medium == IN_TEXT)
            table_text_row(out, &toy, names, i);
        else
            table_csv_row(out, &toy, names, i, medium);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_says(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

/* A long name takes the room that it needs, in the head and in each row. */
static void names_are_whole_in_columns(void **state)
{
    (void)state;
    static const char *const names[] = {"features.1.block.0", "fc"};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    table_text_all(out, &toy, names, 2, true, NULL);
    assert_int_equal(fclose(out), 0);
    assert_says(text, "layer              acc. %    cost\n"
                      "features.1.block.0  75.00    -1.2\n"
                      "fc                      -    -1.2\n");
}

static void test_text_and_csv(void **state)
{
    (void)state;
    assert_says(printed(IN_TEXT, plain, 3), "layer    acc. %    cost\n"
                                            "conv_1    75.00    -1.2\n"
                                            "b|c           -    -1.2\n"
                                            "fc        75.00       -\n");
    char *csv = printed(IN_CSV, plain, 3), *second = strchr(csv, '\n') + 1;
    assert_int_equal(strncmp(csv, "layer,n_clean,correct,accuracy,low,high,cost\n", 45), 0);
    assert_int_equal(strncmp(second, "conv_1,4,3,75,30.06", 19), 0);
    assert_non_null(strstr(csv, ",-1.25\nb|c,,,,,,-1.25\nfc,4,3,75,"));
    free(csv);
}

static void test_json(void **state)
{
    (void)state;
    json_t *rows = table_json(&toy, plain, 3), *first = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(json_string_value(json_object_get(first, "layer")), "conv_1");
    assert_int_equal(json_integer_value(json_object_get(first, "n_clean")), 4);
    assert_true(json_real_value(json_object_get(first, "accuracy")) == 75);
    assert_int_equal(json_array_size(json_object_get(first, "interval")), 2);
    assert_true(json_real_value(json_object_get(first, "cost")) == -1.25);
    assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "accuracy")));
    assert_true(json_is_null(json_object_get(json_array_get(rows, 2), "cost")));
    json_decref(rows);
}

static void test_pages(void **state)
{
    (void)state;
    struct document document;
    document_init(&document, "");
    document_results(&document, &toy, plain, 3, IN_PAPER, "caption");
    assert_says(document_markdown(&document), "caption\n\n| layer | acc. | 95 % | cost |\n"
                                              "|---|---|---|---|\n"
                                              "| conv_1 | 75.00 | 30.06–95.44 | -1.2 |\n"
                                              "| b\\|c | — | — | -1.2 |\n"
                                              "| fc | 75.00 | 30.06–95.44 | — |\n\n");
    char *latex = document_latex(&document, "toy"), *html = document_html(&document);
    assert_non_null(strstr(latex, "conv\\_1 & 75.00 & 30.06--95.44 & -1.2 \\\\"));
    assert_non_null(strstr(html, "<td class=\"one\">conv_1</td><td class=\"one\">75.00</td>"));
    free(latex);
    free(html);
    document_finish(&document);
    document_init(&document, "");
    document_results(&document, &toy, plain, 1, IN_REPORT, "caption");
    assert_string_equal(document.blocks[0].cells[1], "accuracy (95 %)");
    assert_string_equal(document.blocks[0].cells[4], "75.00 % (30.06–95.44) 3/4");
    document_finish(&document);
}

/* A spreadsheet would run these; numbers of our own stay numbers. */
static void test_names_are_no_formulas(void **state)
{
    (void)state;
    static const char *const names[] = {
        "=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-7"};
    static const char *const written[] = {"\n'=1+2,", "\n'+cmd|' /C calc'!A0,", "\n'-2+3,",
        "\n'@SUM(A1),", "\n\\x09=1,", "\n\\x0d=1,", "\n-7,"};
    const enum table_medium media[] = {IN_CSV, IN_FILE};
    for (int m = 0; m < 2; m++) {
        char *csv = printed(media[m], names, 7);
        for (int i = 0; i < 7; i++)
            assert_non_null(strstr(csv, written[i]));
        assert_non_null(strstr(csv, ",-1.25\n"));
        assert_null(strstr(csv, "'-1.25"));
        free(csv);
    }
}

static void assert_same_name_never_twice(
    const struct results_table *table, enum table_medium medium)
{
    for (int i = 0; i < table->n_columns; i++)
        for (int j = 0; j < i; j++) {
            const char *one = table_column_name(&table->columns[i], medium);
            const char *two = table_column_name(&table->columns[j], medium);
            assert_true(!one || !two || strcmp(one, two) != 0);
        }
}

static void test_every_table_is_whole(void **state)
{
    (void)state;
    for (int i = 0; results_table_at(i); i++) {
        const struct results_table *table = results_table_at(i);
        assert_true(table->name && table->row && table->n_columns > 0);
        assert_same_name_never_twice(table, IN_CSV);
        assert_same_name_never_twice(table, IN_JSON);
        assert_same_name_never_twice(table, IN_FILE);
        assert_true(!table->view || (table->rows && table->caption && table->help));
        for (int k = 0; k < table->n_columns; k++)
            assert_in_range(table->columns[k].field, 0, TABLE_FIELDS - 1);
    }
    for (int i = 0; tables_at(i); i++)
        assert_ptr_equal(tables_find(tables_at(i)->name), tables_at(i));
    assert_null(tables_find("no-such-table"));
    assert_null(results_find("xml"));
}

static void test_sentences_are_broken_between_words(void **state)
{
    (void)state;
    static char *text;
    static size_t size;
    const char *said = LAYERS_NEVER_ACTIVE " " LAYERS_COST " " LAYERS_SEPARATION;
    FILE *out = open_memstream(&text, &size);
    results_paragraph(out, said);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(strlen(text), strlen(said) + 1);
    for (char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 88);
    for (size_t i = 0; said[i]; i++)
        assert_true(text[i] == said[i] || (text[i] == '\n' && said[i] == ' '));
    free(text);
}

/* Every head that names the success of an attack says surrogate where it is one. */
static void test_heads_say_surrogate(void **state)
{
    (void)state;
    const struct attacked real = {0}, surrogate = {.surrogate = true};
    static const char *const words[] = {"ASR", "attack success", "surrogate_asr", "asr"};
    int told = 0;
    const struct results_table *table;
    for (int t = 0; (table = results_table_at(t)); t++)
        for (int c = 0; c < table->n_columns; c++)
            for (int m = 0; m < N_MEDIA; m++) {
                char text[TABLE_NAME];
                enum table_medium medium = (enum table_medium)m;
                const struct table_column *column = &table->columns[c];
                const char *name = table_column_name(column, medium), *head;
                assert_ptr_equal(table_column_head(column, medium, &real, text), name);
                assert_ptr_equal(table_column_head(column, medium, NULL, text), name);
                head = table_column_head(column, medium, &surrogate, text);
                bool rate = false;
                for (int w = 0; name && w < 4; w++)
                    rate = rate || (strstr(name, words[w]) && !strstr(name, "oracle"));
                if (rate)
                    assert_non_null(strstr(head, "surrogate"));
                told += rate;
            }
    assert_true(told > 10);
}

/* Keys of a surrogate say so at any depth, in their order; those of test images and others stay. */
static void test_keys_say_surrogate(void **state)
{
    (void)state;
    const struct attacked real = {0}, surrogate = {.surrogate = true};
    const char *const given = "{\"asr\": 1, \"n\": 2, \"rows\": [{\"asr_interval\": 3}], "
                              "\"rule_asr\": 4, \"test\": {\"asr\": 5}}";
    json_t *object = json_loads(given, 0, NULL);
    table_json_say_surrogate(object, &real);
    char *text = json_dumps(object, 0);
    assert_string_equal(text, given);
    free(text);
    table_json_say_surrogate(object, &surrogate);
    text = json_dumps(object, 0);
    assert_string_equal(text,
        "{\"surrogate_asr\": 1, \"n\": 2, \"rows\": [{\"surrogate_asr_interval\": 3}], "
        "\"rule_surrogate_asr\": 4, \"test\": {\"asr\": 5}}");
    free(text);
    json_decref(object);
}

/* Where test images alone are poisoned, the class to beat is theirs. */
static void test_the_trivial_defence_names_its_class(void **state)
{
    (void)state;
    struct snapshot s = {.target = -1};
    assert_int_equal(outcomes_wanted(&s), -1);
    s.test_attacked.target = (struct target){.kind = TARGET_CLASS, .value = 4};
    assert_int_equal(outcomes_wanted(&s), 4);
    s.target = 7;
    assert_int_equal(outcomes_wanted(&s), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_whole_in_columns),
        cmocka_unit_test(test_text_and_csv),
        cmocka_unit_test(test_heads_say_surrogate),
        cmocka_unit_test(test_keys_say_surrogate),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_names_are_no_formulas),
        cmocka_unit_test(test_every_table_is_whole),
        cmocka_unit_test(test_the_trivial_defence_names_its_class),
        cmocka_unit_test(test_sentences_are_broken_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
