/* Nets in HDF5: opened, looked at, now and then saved. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/nets.h"

static void seeds(struct fuzz_seeds *seeds)
{
    nets_write_h5("net.h5");
    fuzz_seed_file(seeds, "net.h5");
    nets_write_weights("weights.h5");
    fuzz_seed_file(seeds, "weights.h5");
}

static void mutate(struct fuzz_input *input, struct random *random)
{
    if (random_below(random, 6) == 0)
        mutate_hdf5_net(input, random);
    else
        mutate_hdf5(input, random);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nets_open("input.h5", data, size);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "net", .seeds = seeds, .mutate = mutate, .ending = ".h5", .hdf5 = true};
