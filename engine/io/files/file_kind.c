/* Files of other kinds: how each begins, what it is called, what to do with it. */
#include "engine/io/files/file_kind.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct kind {
    size_t length;
    const char *starts, *help; /* behind "is no HDF5 file" */
};

static const struct kind kinds[] = {
    {4, "PK\x03\x04", "but a ZIP archive: only .keras nets and .npz image sets are read from one"},
    {4, "\x89PNG", "but a picture; classify reads those"},
    {3, "\xff\xd8\xff", "but a picture; classify reads those"},
    {6, "\x93NUMPY", "but a NumPy array (.npy)"},
    {42, "version https://git-lfs.github.com/spec/v1",
        "but a Git LFS pointer: fetch the file itself with `git lfs pull`"},
    {2, "\x1f\x8b", "but compressed with gzip: unpack it first, with `gunzip`"},
    {3, "BZh", "but compressed with bzip2: unpack it first, with `bunzip2`"},
    {6,
        "\xfd"
        "7zXZ\0",
        "but compressed with xz: unpack it first, with `unxz`"},
    {4, "\x28\xb5\x2f\xfd", "but compressed with zstd: unpack it first, with `unzstd`"},
    {6, "7z\xbc\xaf\x27\x1c", "but a 7-Zip archive: unpack it first"},
    {4, "Rar!", "but a RAR archive: unpack it first"},
    {18, "MATLAB 5.0 MAT-fil",
        "but a MATLAB file before version 7.3: save it with `save(..., '-v7.3')`"},
    {4, "%PDF", "but a PDF document"},
};

static bool starts_with(const char *head, size_t n, const char *text)
{
    size_t length = strlen(text);
    return n >= length && strncasecmp(head, text, length) == 0;
}

static bool is_page(const char *head, size_t n)
{
    while (n > 0 && (isspace((unsigned char)*head) || (unsigned char)*head >= 0x80))
        head++, n--; /* blanks, a byte order mark */
    return starts_with(head, n, "<!doctype") || starts_with(head, n, "<html") ||
           starts_with(head, n, "<?xml") || starts_with(head, n, "<head");
}

/* Protocol 2 to 5, ended by a stop; torch.save of old wrote those too. */
static bool is_pickle(const char *head, size_t n)
{
    return n > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

bool file_kind_is_cifar(const char *path)
{
    static const char *const names[] = {"train", "test", "meta", "batches.meta", "test_batch"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "data_batch", 10) == 0;
}

static const char *help_for(const struct source *source)
{
    const char *head = source->head;
    size_t n = source->n_head;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (n >= kinds[i].length && memcmp(head, kinds[i].starts, kinds[i].length) == 0)
            return kinds[i].help;
    if (n == 0)
        return "but empty";
    if (is_page(head, n))
        return "but a web page: download the file itself";
    if (is_pickle(head, n) && file_kind_is_cifar(source->path))
        return "but a Python pickle, which runs code when it is read: take CIFAR's binary version "
               "(cifar-10-binary.tar.gz, cifar-100-binary.tar.gz)";
    if (is_pickle(head, n))
        return "but a Python pickle, which runs code when it is read: save images as HDF5 or .npz, "
               "nets as ONNX or HDF5";
    if (n > 262 && memcmp(head + 257, "ustar", 5) == 0)
        return "but a tar archive: unpack it first, with `tar xf`";
    return NULL;
}

bool file_kind_fail_source(const struct source *source, const char *wanted, struct error *err)
{
    const char *help = help_for(source);
    return fail(err, "%s: is not %s%s%s", source->path, wanted, help ? " " : "", help ? help : "");
}

bool file_kind_fail(const char *path, const char *wanted, struct error *err)
{
    struct input input;
    struct source source;
    if (!input_open(path, &input, err))
        return false;
    input_close(&input);
    source_of_file(&source, path);
    return file_kind_fail_source(&source, wanted, err);
}
