/* Nets in archives of Keras 3. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/nets.h"

static void seeds(struct fuzz_seeds *seeds)
{
    nets_write_archive("net.keras", false);
    fuzz_seed_file(seeds, "net.keras");
    nets_write_archive("packed.keras", true);
    fuzz_seed_file(seeds, "packed.keras");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nets_open("input.keras", data, size);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "net_archive", .seeds = seeds, .mutate = mutate_zip, .hdf5 = true};
