/* What a target needs before its first input, under any driver. With SECATEUR_SEEDS libFuzzer's
 * programs write their seeds into that folder and end. */
#include "tests/fuzz/fuzz.h"

#include "engine/base/memory.h"

#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("SECATEUR_SEEDS");
    struct fuzz_seeds seeds = {0};
    (void)argc, (void)argv;
    signal(SIGPIPE, SIG_IGN); /* a parent may go before its reader */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (!folder)
        return 0;
    fuzz_target.seeds(&seeds);
    for (int i = 0; i < seeds.n; i++) {
        char *path = memory_format("%s/%s-%d", folder, fuzz_target.name, i);
        fuzz_write(path, seeds.list[i].bytes, seeds.list[i].size);
        free(path);
    }
    exit(0);
}
