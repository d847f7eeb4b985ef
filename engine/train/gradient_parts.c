/* Parts of a batch from several ranks. Leans on engine/cluster. */
#include "engine/train/gradient_parts.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/train/backward.h"

#include <stdlib.h>
#include <string.h>

static bool is_empty(const struct gradient_parts *parts, int part)
{
    return backward_cut(parts->images, parts->n, part) ==
           backward_cut(parts->images, parts->n, part + 1);
}

int gradient_parts_first(const struct gradient_parts *parts)
{
    int first = 0;
    while (first < parts->n - 1 && is_empty(parts, first))
        first++;
    return first;
}

/* The reports are behind the sum. */
static char *reports_of(const struct gradient_parts *parts, void *total)
{
    return (char *)total + (parts->to - parts->from) * sizeof(float);
}

/* The parts of this rank behind those of the ranks before. */
static void add_parts(void *context, void *total)
{
    const struct gradient_parts *parts = context;
    const struct cluster_share share = cluster_share(parts->n, 1);
    size_t count = parts->to - parts->from, size = parts->report_size;
    int first = gradient_parts_first(parts);
    float *sum = total;
    for (int part = share.first; part < share.first + share.n; part++) {
        const float *gradient = parts->gradients[part] + parts->from;
        bool adds = part > first && !is_empty(parts, part);
        memcpy(reports_of(parts, total) + (size_t)part * size,
            (const char *)parts->reports + (size_t)part * size, size);
        if (part == first)
            memcpy(sum, gradient, count * sizeof *sum);
        for (size_t i = 0; adds && i < count; i++)
            sum[i] += gradient[i];
    }
}

bool gradient_parts_join(const struct gradient_parts *parts, struct error *err)
{
    size_t count = parts->to - parts->from, reports = (size_t)parts->n * parts->report_size;
    size_t size = count * sizeof(float) + reports;
    if (cluster_ranks() == 1)
        return true;
    void *total = memory_array(size + 1, 1);
    bool good = cluster_pass_on(total, size, add_parts, (void *)(uintptr_t)parts, err);
    if (good) {
        float *sum = parts->gradients[gradient_parts_first(parts)];
        memcpy(sum + parts->from, total, count * sizeof *sum);
        memcpy(parts->reports, reports_of(parts, total), reports);
    }
    free(total);
    return good;
}
