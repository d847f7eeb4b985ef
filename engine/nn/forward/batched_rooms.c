/* Which tensors of a pass share memory: those that are not kept, after their last reader; and how
 * many passes run together. */
#include "engine/base/memory.h"
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/batched_step.h"
#include "engine/nn/forward/tuning.h"

#include <stdlib.h>

/* A room for tensors, one after the other. */
struct room {
    size_t count; /* values of an image */
    bool taken;
};

/* The last step that reads each tensor; n_layers: it is kept. */
static int *find_last_readers(const struct batched_plan *plan)
{
    int n = plan->network->n_layers;
    int *last = memory_array((size_t)n, sizeof *last);
    for (int i = 0; i < n; i++) {
        const struct batched_step *step = &plan->steps[i];
        for (int k = 0; k < step->n_sources && !step->fused_away && !step->unused; k++)
            last[batched_home(plan, step->sources[k])] = i;
        if (step->addend >= 0 && !step->fused_away && !step->unused)
            last[batched_home(plan, step->addend)] = i;
    }
    for (int i = 0; i < n; i++)
        if (plan->kept[i])
            last[batched_home(plan, i)] = n;
    return last;
}

/* The free room that fits best, else the largest, which grows; else a new one. */
static int take_room(struct room *rooms, int *n, size_t count)
{
    int best = -1;
    for (int r = 0; r < *n; r++) {
        if (rooms[r].taken)
            continue;
        bool fits = rooms[r].count >= count;
        bool better =
            best < 0 || (rooms[best].count >= count ? fits && rooms[r].count < rooms[best].count
                                                    : rooms[r].count > rooms[best].count);
        best = better ? r : best;
    }
    if (best < 0)
        best = (*n)++;
    rooms[best].count = rooms[best].count > count ? rooms[best].count : count;
    rooms[best].taken = true;
    return best;
}

int batched_assign_rooms(const struct batched_plan *plan, int *room, size_t *counts)
{
    int n = plan->network->n_layers, n_rooms = 0, *last = find_last_readers(plan);
    struct room *rooms = memory_array((size_t)n, sizeof *rooms);
    for (int i = 0; i < n; i++) {
        bool unused = plan->steps[i].unused && last[i] < n;
        room[i] = -1;
        if (plan->steps[i].fused_away || unused || batched_home(plan, i) != i)
            continue;
        room[i] = take_room(rooms, &n_rooms, shape_count(&plan->steps[i].layer->shape));
        for (int k = 0; k < i; k++)
            if (last[k] == i && room[k] >= 0)
                rooms[room[k]].taken = false;
        if (last[i] == n)
            rooms[room[i]].taken = true;
    }
    for (int r = 0; r < n_rooms; r++)
        counts[r] = rooms[r].count;
    free(rooms);
    free(last);
    return n_rooms;
}

/* Bytes of a pass's tensors. */
static size_t pass_bytes(const struct batched_plan *plan)
{
    size_t n = (size_t)plan->network->n_layers, values = 0;
    int *room = memory_array(n, sizeof *room);
    size_t *counts = memory_array(n, sizeof *counts);
    int n_rooms = batched_assign_rooms(plan, room, counts);
    for (int r = 0; r < n_rooms; r++)
        values += counts[r];
    free(counts);
    free(room);
    return values * (size_t)plan->batched->width * sizeof(float);
}

int batched_plan_together(const struct batched_plan *plan)
{
    int together = 1, most = BATCH_TILE / plan->batched->width;
    for (int i = 0; i < plan->network->n_layers; i++) {
        const struct winograd_square *square = plan->steps[i].square;
        int useful = square ? winograd_square_batches(square, plan->batched->width) : 1;
        together = useful > together ? useful : together;
    }
    most = most < BATCHED_GROUP_MAX ? most : BATCHED_GROUP_MAX;
    together = together < most ? together : most;
    while (together > 1 && (size_t)together * pass_bytes(plan) > GROUP_BYTES)
        together--;
    return together;
}
