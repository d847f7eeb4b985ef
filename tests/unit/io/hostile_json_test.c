/* io/keras: JSON that wants memory or time is refused before it gets it. */
#include "tests/unit/io/hostile.h"

static void write_json(const char *json)
{
    hid_t file = hostile_edit();
    hostile_text(file, "model_config", json, 0);
    H5Fclose(file);
}

/* text repeated n times between two others. */
static char *repeated(const char *before, const char *text, int n, const char *after)
{
    size_t length = strlen(text), at = strlen(before);
    char *all = memory_array(at + length * (size_t)n + strlen(after) + 1, 1);
    memcpy(all, before, at);
    for (int i = 0; i < n; i++, at += length)
        memcpy(all + at, text, length);
    strcpy(all + at, after);
    return all;
}

static void json_bombs_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *text;
        int n;
        const char *after, *message;
    } bombs[] = {
        {"json_arrays", "[", "[],", 690000, "[]]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_objects", "[", "{},", 690000, "{}]",
            "bad.h5: line 1: holds more than 300000 values"},
        {"json_numbers", "[", "0,", 1000000, "0]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_texts", "[", "\"\",", 690000, "0]", "bad.h5: line 1: holds more than 300000 values"},
        {"json_deep", "", "[", 1000000, "", "bad.h5: line 1: is nested more than 256 deep"},
        {"json_deep_closed", "", "[[[[[[[[[[", 200, "",
            "bad.h5: line 1: is nested more than 256 deep"},
        {"json_keys", "{", "\"a\":0,", 300000, "\"a\":0}",
            "bad.h5: line 1: holds more than 300000 values"},
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        char *json = repeated(bombs[i].before, bombs[i].text, bombs[i].n, bombs[i].after);
        write_json(json);
        hostile_net(bombs[i].name, bombs[i].message);
        free(json);
    }
}

/* A chain of so many layers, one behind the other. */
static void write_chain(int n)
{
    char *json = NULL;
    size_t size;
    FILE *out = open_memstream(&json, &size);
    fputs("{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": [", out);
    fputs("{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"i\", \"batch_input_shape\": "
          "[null, 6, 6, 1]}}",
        out);
    for (int i = 0; i < n; i++)
        fprintf(out, ", {\"class_name\": \"ReLU\", \"config\": {\"name\": \"r%d\"}}", i);
    fputs("]}}", out);
    fclose(out);
    write_json(json);
    free(json);
}

static void long_chains_end(void **state)
{
    (void)state;
    static const struct {
        int n;
        const char *message;
    } chains[] = {
        {1000,
            "bad.h5: layer r999 (ReLU): the network ends with 6x6x1, expected one value per class"},
        {3900, "bad.h5: layer r3899 (ReLU): the network ends with 6x6x1, expected one value per "
               "class"},
        {10000, "bad.h5: has more than 4000 layers"},
        {20000, "bad.h5: has more than 4000 layers"},
    };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        char *name = memory_format("chain_%d", chains[i].n);
        write_chain(chains[i].n);
        hostile_net(name, chains[i].message);
        free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(json_bombs_are_refused, files_each),
        cmocka_unit_test_setup(long_chains_end, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
