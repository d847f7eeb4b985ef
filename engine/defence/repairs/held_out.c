/* Clean images in a random order; the first ones of each class are held out. */
#include "engine/defence/repairs/held_out.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <stdlib.h>

enum { ONE_IN = 5 };

int held_out_split(
    const int32_t *labels, int n, int n_classes, uint64_t seed, int *order, bool *held)
{
    int *of_class = memory_array((size_t)n_classes, sizeof *of_class);
    int *seen = memory_array((size_t)n_classes, sizeof *seen), n_held = 0;
    struct random random;
    random_init(&random, seed, 21);
    for (int i = 0; i < n; i++) {
        int at = (int)random_below(&random, (uint32_t)i + 1);
        order[i] = order[at];
        order[at] = i;
        of_class[labels[i]]++;
    }
    for (int i = 0; i < n; i++) {
        int class = labels[order[i]], all = of_class[class];
        int wanted = all < HELD_OUT_FEW ? 0 : all < ONE_IN ? 1 : all / ONE_IN;
        held[order[i]] = seen[class]++ < wanted;
        n_held += held[order[i]];
    }
    free(of_class);
    free(seen);
    return n_held;
}

void held_out_count_few(const int32_t *labels, int n, int n_classes, int *none, int *few)
{
    int *of_class = memory_array((size_t)n_classes, sizeof *of_class);
    for (int i = 0; i < n; i++)
        of_class[labels[i]]++;
    *none = *few = 0;
    for (int class = 0; class < n_classes; class ++) {
        *none += of_class[class] == 0;
        *few += of_class[class] > 0 && of_class[class] < HELD_OUT_FEW;
    }
    free(of_class);
}
