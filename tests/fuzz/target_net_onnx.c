/* Nets as ONNX: protobuf messages. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"
#include "tests/fuzz/nets.h"
#include "tests/unit/io/onnx/onnx_nets.h"

static void seeds(struct fuzz_seeds *seeds)
{
    onnx_write_small("net.onnx");
    fuzz_seed_file(seeds, "net.onnx");
    onnx_write_layers("layers.onnx");
    fuzz_seed_file(seeds, "layers.onnx");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nets_open("input.onnx", data, size);
    return 0;
}

const struct fuzz_target fuzz_target = {
    .name = "net_onnx", .seeds = seeds, .mutate = mutate_bytes, .ending = ".onnx"};
