/* Image sets in HDF5. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/sets.h"

static void seeds(struct fuzz_seeds *seeds)
{
    sets_write_h5("packed.h5", true);
    fuzz_seed_file(seeds, "packed.h5");
    sets_write_h5("plain.h5", false);
    fuzz_seed_file(seeds, "plain.h5");
    sets_write_lzf("lzf.h5");
    fuzz_seed_file(seeds, "lzf.h5");
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    if (random_below(random, 6) == 0)
        mutate_hdf5_set(input, random);
    else
        mutate_hdf5(input, random);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sets_open("input.h5", data, size);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "set", .seeds = seeds, .mutate = mutate, .ending = ".h5", .hdf5 = true};
