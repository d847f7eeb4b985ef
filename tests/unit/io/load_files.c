/* Folders, files and tiny nets for the tests of this room. */
#include "tests/unit/io/load_files.h"

int files_begin(void **state)
{
    char *folder = memory_string("/tmp/secateur-load-XXXXXX");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

int files_count(void)
{
    int n = 0;
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

void files_clear(void)
{
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.' && unlink(entry->d_name) != 0)
            rmdir(entry->d_name);
    closedir(folder);
}

int files_each(void **state)
{
    (void)state;
    files_clear();
    return 0;
}

int files_end(void **state)
{
    files_clear();
    int result = chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
    free(*state);
    return result;
}

void *files_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = memory_array(*size + 1, 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

void files_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

bool files_same(const char *a, const char *b)
{
    size_t n, m;
    void *one = files_read(a, &n), *two = files_read(b, &m);
    bool same = n == m && memcmp(one, two, n) == 0;
    free(one);
    free(two);
    return same;
}

void files_full_disk(rlim_t bytes)
{
    struct rlimit limits;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limits);
    limits.rlim_cur = bytes ? bytes : limits.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limits);
}

struct network *tiny_network(const char *json)
{
    struct error err = {0};
    struct network *network = keras_network(json, "tiny", &err);
    if (!network)
        print_message("%s\n", err.text);
    assert_non_null(network);
    float value = 0.125F;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            for (size_t k = 0; k < network->layers[i].weights[w].count; k++, value += 0.0625F)
                network->layers[i].weights[w].data[k] = k % 2 ? value : -value;
    return network;
}

void tiny_write(const char *path)
{
    struct error err = {0};
    struct network *network = tiny_network(TINY);
    assert_true(keras_write(network, TINY, path, true, &err));
    network_destroy(network);
}

bool weights_equal(const struct network *a, const struct network *b)
{
    bool equal = a->n_layers == b->n_layers;
    for (int i = 0; equal && i < a->n_layers; i++)
        for (int w = 0; equal && w < a->layers[i].n_weights; w++) {
            const struct weight *x = &a->layers[i].weights[w];
            const struct weight *y = &b->layers[network_find(b, a->layers[i].name)].weights[w];
            equal = x->count == y->count && memcmp(x->data, y->data, x->count * sizeof(float)) == 0;
        }
    return equal;
}

void assert_refused(const char *path, const char *architecture, const char *message)
{
    struct error err = {0};
    struct model *model = model_open(path, architecture, &err);
    if (model || strcmp(err.text, message) != 0)
        print_message("%s: %s\nexpected %s\n", path, model ? "opened" : err.text, message);
    assert_null(model);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
}

void set_filters(hid_t list, const char *filters)
{
    for (; *filters; filters++)
        assert_true((*filters == 'g'      ? H5Pset_deflate(list, 4)
                        : *filters == 's' ? H5Pset_shuffle(list)
                                          : H5Pset_fletcher32(list)) >= 0);
}
