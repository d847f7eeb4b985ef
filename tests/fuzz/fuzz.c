/* What all targets share, whoever drives them: seeds, checks, the entry of mutators. */
#include "tests/fuzz/fuzz.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fuzz_counts fuzz_counts;
bool fuzz_shows;

/* Recovering from undefined behaviour would hide it. Stray memory of readers that were stopped in
 * the middle is no leak of theirs. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0:quarantine_size_mb=16:allocator_may_return_null=1:"
           "max_allocation_size_mb=2048:handle_abort=1";
}

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}

void fuzz_check(bool holds, const char *what, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s: '%s'\n", fuzz_target.name, what, text);
    abort();
}

void fuzz_judge(bool read, const struct error *err, const char *path)
{
    fuzz_counts.read += read;
    fuzz_counts.refused += !read;
    if (read)
        return;
    if (fuzz_shows)
        fprintf(stderr, "%s\n", err->text);
    size_t length = path ? strlen(path) : 0;
    fuzz_check(!path || (strncmp(err->text, path, length) == 0 && err->text[length] == ':'),
        "a refusal begins with the file", err->text);
    fuzz_check(strlen(err->text) > length, "a refusal has a reason", err->text);
    for (const char *at = err->text; *at; at++)
        fuzz_check((unsigned char)*at >= ' ' && *at != 0x7f, "a refusal is one line", err->text);
    fuzz_check(err->class == ERROR_INPUT || err->class == ERROR_USAGE,
        "a refusal is the file's fault", err->text);
}

void fuzz_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wbe");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

void fuzz_seed(struct fuzz_seeds *seeds, const void *bytes, size_t size)
{
    seeds->list = memory_grow(seeds->list, (size_t)seeds->n + 1, sizeof *seeds->list);
    struct fuzz_input *seed = &seeds->list[seeds->n++];
    *seed = (struct fuzz_input){memory_array(size + 1, 1), size};
    memcpy(seed->bytes, bytes, size);
}

void fuzz_seed_text(struct fuzz_seeds *seeds, const char *text)
{
    fuzz_seed(seeds, text, strlen(text));
}

void fuzz_seed_file(struct fuzz_seeds *seeds, const char *path)
{
    FILE *file = fopen(path, "rbe");
    uint8_t *bytes = memory_array(FUZZ_MOST, 1);
    size_t size = file ? fread(bytes, 1, FUZZ_MOST, file) : 0;
    if (size == 0 || size == FUZZ_MOST) {
        fprintf(stderr, "%s: is no seed\n", path);
        exit(1);
    }
    fclose(file);
    fuzz_seed(seeds, bytes, size);
    free(bytes);
}

/* Mutators have more room than libFuzzer may give. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static uint8_t bytes[FUZZ_MOST];
    struct fuzz_input input = {bytes, size < FUZZ_MOST ? size : FUZZ_MOST};
    struct random random;
    random_init(&random, seed, 0);
    memcpy(bytes, data, input.size);
    fuzz_target.mutate(&input, &random);
    size = input.size < most ? input.size : most;
    memcpy(data, bytes, size);
    return size;
}
