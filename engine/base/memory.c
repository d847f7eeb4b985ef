/* malloc and its kin, whose failure ends the program unless a file asked for the size. */
#include "engine/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ALIGNMENT = 64 };

static void *checked(void *memory)
{
    if (!memory)
        memory_run_out();
    return memory;
}

void *memory_array(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return checked(NULL);
    return checked(realloc(array, count * size + (count * size == 0)));
}

char *memory_string(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *memory_format(const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return checked(text);
}

void *memory_try(size_t count, size_t size, const char *what, struct error *err)
{
    void *memory = NULL;
    if (size == 0 || count <= (SIZE_MAX - ALIGNMENT) / size) {
        size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        memory = aligned_alloc(ALIGNMENT, bytes ? bytes : ALIGNMENT);
    }
    if (!memory)
        fail(err, "%s: no memory for %zu x %zu bytes", what, count, size);
    return memory;
}

float *memory_floats(size_t count)
{
    float *floats = checked(memory_try(count, sizeof *floats, "floats", NULL));
    memset(floats, 0, count * sizeof *floats);
    return floats;
}

size_t memory_peak(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}
