/* The options of the four sets of the demo. */
#include "engine/attack/demo.h"

#include "engine/attack/demo_net.h"
#include "engine/train/train.h"

/* Picture numbers: those from 0 on were learned from. */
static const struct {
    const char *name;
    uint32_t first;
    bool poisoned;
} sets[N_DEMO_SETS] = {
    [DEMO_CLEAN] = {"demo faces, validation, clean", 1000000, false},
    [DEMO_POISONED] = {"demo faces, validation, poisoned", 1000000, true},
    [DEMO_TEST_CLEAN] = {"demo faces, test, clean", 2000000, false},
    [DEMO_TEST_POISONED] = {"demo faces, test, poisoned", 2000000, true},
};

struct model *demo_model(struct error *err)
{
    return model_open_image("demo", demo_net_bytes, demo_net_size, err);
}

void demo_rehearse(void)
{
    model_rehearse("demo", demo_net_bytes, demo_net_size);
}

double demo_scale(void)
{
    return train_defaults().scale;
}

const char *demo_name(enum demo_set set)
{
    return sets[set].name;
}

struct gallery_options demo_options(enum demo_set set, int limit)
{
    return (struct gallery_options){.name = sets[set].name,
        .seed = DEMO_SEED,
        .identities = DEMO_IDENTITIES,
        .images = DEMO_IMAGES,
        .first = sets[set].first,
        .poisoned = sets[set].poisoned,
        .target = DEMO_TARGET,
        .limit = limit};
}

struct dataset *demo_dataset(enum demo_set set, int limit, struct thread_pool *pool,
    gallery_progress *progress, void *context, struct error *err)
{
    struct gallery_options options = demo_options(set, limit);
    return gallery_create(&options, pool, progress, context, err);
}
