/* The JSON of nets, as Keras 2 and 3 write it; what can be run becomes a network. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutators/mutate.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/keras/keras_parse.h"

#include "tests/unit/io/load_files.h"

#define LAYER(class, name, settings) \
    "{\"class_name\": \"" class "\", \"config\": {\"name\": \"" name "\"" settings "}}"
#define SEQUENTIAL(layers) \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"net\", \"layers\": [" layers "]}}"
#define IN LAYER("InputLayer", "in", ", \"batch_input_shape\": [null, 6, 6, 1]")
#define POOL LAYER("MaxPooling2D", "pool", ", \"pool_size\": [2, 2], \"strides\": null")
#define NORM LAYER("BatchNormalization", "norm", ", \"axis\": [3], \"epsilon\": 0.001")
#define OUT LAYER("Dense", "out", ", \"units\": 3, \"activation\": \"softmax\"")

static void seeds(struct fuzz_seeds *seeds)
{
    char *deepid = keras_deepid_json(10);
    fuzz_seed_text(seeds, TINY);
    fuzz_seed_text(seeds, deepid);
    fuzz_seed_text(seeds, SEQUENTIAL(IN ", " NORM ", " POOL ", " LAYER("Flatten", "flat",
                              "") ", " LAYER("Dropout", "drop", ", \"rate\": 0.5") ", " OUT));
    fuzz_seed_text(seeds, SEQUENTIAL(IN ", {\"class_name\": \"Sequential\", \"config\": {\"name\": "
                                        "\"inner\", \"layers\": [" NORM ", " POOL "]}}, " LAYER(
                                            "GlobalAveragePooling2D", "mean", "") ", " OUT));
    free(deepid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct keras_origin origin = {0};
    struct keras_config config = {0};
    struct error err = {0}, said = {0};
    char *json = memory_array(size + 1, 1);
    memcpy(json, data, size);
    bool good = keras_parse(json, &origin, &config, &err);
    keras_config_finish(&config);
    struct network *network = keras_network(json, "json", &said);
    fuzz_judge(network, &said, "json");
    fuzz_check(good || !network, "what cannot be read is no network", err.text);
    network_destroy(network);
    free(json);
    return 0;
}

const struct fuzz_target fuzz_target = {.name = "json", .seeds = seeds, .mutate = mutate_json};
