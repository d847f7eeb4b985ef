/* Image sets of NumPy: archives, and single arrays. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/sets.h"

static void seeds(struct fuzz_seeds *seeds)
{
    sets_write_npz("plain.npz", "<f4", false, false);
    fuzz_seed_file(seeds, "plain.npz");
    sets_write_npz("turned.npz", ">i2", true, false);
    fuzz_seed_file(seeds, "turned.npz");
    sets_write_npz("packed.npz", "|u1", true, true);
    fuzz_seed_file(seeds, "packed.npz");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sets_open("input.npz", data, size);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "set_archive", .seeds = seeds, .mutate = mutate_zip};
