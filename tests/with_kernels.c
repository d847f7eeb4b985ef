/* Runs a test with the kernels for one kind of processor: with_kernels KIND PROGRAM [ARG ...].
 * Exit status 77, which meson counts as skipped, where this processor has no such kind. OpenBLAS,
 * which has kernels of its own, takes those of a processor of that kind too. */
#include "engine/nn/forward/batched.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static const char *const blas[][2] = {
    {"avx512", "SkylakeX"}, {"avx2", "Haswell"}, {"plain", "Nehalem"}};

static bool processor_has(const char *kind)
{
    const struct batched_kernels *batched;
    for (int i = 0; (batched = batched_at(i)); i++)
        if (strcmp(batched->name, kind) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("with_kernels KIND PROGRAM [ARG ...]\n", stderr);
        return 2;
    }
    if (!processor_has(argv[1])) {
        printf("SKIPPED: this processor has no %s\n", argv[1]);
        return SKIPPED;
    }
    setenv("SECATEUR_KERNELS", argv[1], 1);
#if defined __x86_64__
    for (size_t i = 0; i < sizeof blas / sizeof *blas; i++)
        if (strcmp(blas[i][0], argv[1]) == 0)
            setenv("OPENBLAS_CORETYPE", blas[i][1], 1);
#endif
    execv(argv[2], argv + 2);
    fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
    return 1;
}
