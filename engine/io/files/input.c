/* Opens a file for reading, or finds it among those handed over. Leans on pread and mmap. */
#include "engine/io/files/input.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512 }; /* the unit of st_blocks, whatever the file system's */

/* The files of a reader, as the standard streams are those of a process: written once, before
 * anything is read. n < 0: files are opened. */
static struct {
    int n;
    const char *const *names;
    const struct input *inputs;
} handed_over = {-1, NULL, NULL};

void input_hand_over(const char *const *names, const struct input *inputs, int n)
{
    handed_over.n = n;
    handed_over.names = names;
    handed_over.inputs = inputs;
}

static bool find(const char *path, struct input *input, struct error *err)
{
    for (int i = 0; i < handed_over.n; i++)
        if (strcmp(handed_over.names[i], path) == 0) {
            *input = handed_over.inputs[i];
            return true;
        }
    return fail(err, "%s: was not handed over to its reader", path);
}

/* What is not a regular file is never opened: that alone can hang, or start a device. */
bool input_open(const char *path, struct input *input, struct error *err)
{
    struct stat status;
    if (handed_over.n >= 0)
        return find(path, input, err);
    if (stat(path, &status) != 0)
        return fail(err, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(err, "%s: is not a regular file", path);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        fail(err, "%s: %s", path, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        fail(err, "%s: is not a regular file", path);
    } else {
        uint64_t size = (uint64_t)status.st_size, stored = (uint64_t)status.st_blocks * BLOCK;
        *input = (struct input){descriptor, NULL, size, stored < size ? stored : size};
        return true;
    }
    if (descriptor >= 0)
        close(descriptor);
    return false;
}

bool input_is_open(const struct input *input)
{
    return input->descriptor >= 0 || input->bytes;
}

void input_close(struct input *input)
{
    if (handed_over.n < 0 && input->descriptor >= 0)
        close(input->descriptor);
    input->descriptor = -1;
    input->bytes = NULL;
}

bool input_read(const struct input *input, uint64_t at, void *out, size_t size, size_t *got)
{
    char *bytes = out;
    *got = 0;
    if (input->bytes) {
        *got = at >= input->size ? 0 : input->size - at < size ? (size_t)(input->size - at) : size;
        memcpy(out, (const char *)input->bytes + (*got ? at : 0), *got);
        return true;
    }
    while (*got < size) {
        ssize_t n =
            pread(input->descriptor, bytes + *got, size - *got, (off_t)(at + (uint64_t)*got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        *got += (size_t)n;
    }
    return true;
}

void *input_read_all(const char *path, size_t most, size_t *size, struct error *err)
{
    struct input input;
    if (!input_open(path, &input, err))
        return NULL;
    char *bytes = NULL;
    if (input.size > most)
        fail(err, "%s: is longer than %zu bytes", path, most);
    else if ((bytes = memory_try((size_t)input.size + 1, 1, path, err)) &&
             !input_read(&input, 0, bytes, (size_t)input.size, size)) {
        fail(err, "%s: %s", path, strerror(errno));
        free(bytes);
        bytes = NULL;
    }
    if (bytes)
        bytes[*size] = '\0';
    input_close(&input);
    return bytes;
}

const void *input_map(const char *path, size_t *size, struct error *err)
{
    struct input input;
    if (!input_open(path, &input, err))
        return NULL;
    void *bytes = MAP_FAILED;
    *size = (size_t)input.size;
    if (input.size == 0)
        fail(err, "%s: is empty", path);
    else if ((bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, input.descriptor, 0)) == MAP_FAILED)
        fail(err, "%s: %s", path, strerror(errno));
    input_close(&input);
    return bytes == MAP_FAILED ? NULL : bytes;
}

void input_unmap(const void *bytes, size_t size)
{
    munmap((void *)(uintptr_t)bytes, size);
}
