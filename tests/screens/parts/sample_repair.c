/* A repair that is under way: rounds shaped like those measured on the lab's net. */
#include "tests/screens/parts/sample_repair.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 16, DONE = 12, OWN = 9 };

struct sample_repair {
    struct round rounds[DONE + 1];
    const struct round *pointers[DONE + 1];
    struct branch_line branches[2];
};

static const double clean[] = {
    98.6, 97.2, 98.3, 99.0, 99.3, 99.0, 98.6, 98.6, 98.6, 98.3, 97.9, 97.9, 97.9};
static const double attack[] = {100, 100, 95, 80, 62, 50, 41, 30, 22, 18, 12, 10, 9.1};

static void make_round(struct sample_repair *repair, const struct snapshot *s, int i)
{
    struct round *round = &repair->rounds[i];
    *round = *s->rounds[0];
    round->channel = -1;
    round->clean_correct = (int)lrint(clean[i] * s->n_images[SET_CLEAN] / 100);
    round->attack_hits = (int)lrint(attack[i] * s->n_images[SET_POISONED] / 100);
    round->held_out_correct = (int)lrint((clean[i] - 0.4) * s->n_held_out / 100);
    round->own_correct = i == 4 ? 5 : i > 0 ? OWN - 1 : OWN;
    round->seconds = i > 0 ? 2.5 : 0;
    if (i > 0) {
        round->known = round->own = (struct knowledge){.sets = KNOWLEDGE_CLEAN};
        round->repair = (struct repair_result){"unlearn", 0, 0.9 / i, 47.8 + 6 * i, 0.99};
        round->broken = 3 * (i % 4), round->recovered = 2 * (i % 3);
        round->rescued = round[-1].attack_hits - round->attack_hits;
    }
    repair->pointers[i] = round;
}

struct sample_repair *sample_repair_create(struct snapshot *s)
{
    struct sample_repair *repair = memory_array(1, sizeof *repair);
    s->n_held_out = s->n_images[SET_CLEAN] / 5;
    s->of.own = OWN;
    for (int i = 0; i <= DONE; i++)
        make_round(repair, s, i);
    repair->branches[0] = (struct branch_line){.site = s->site,
        .criterion = s->criterion,
        .n_rounds = s->n_rounds,
        .position = s->position,
        .rounds = s->rounds,
        .parent = -1};
    repair->branches[1] = (struct branch_line){.site = s->site,
        .criterion = s->criterion,
        .n_rounds = DONE + 1,
        .position = DONE,
        .rounds = repair->pointers,
        .parent = -1,
        .known = {.sets = KNOWLEDGE_CLEAN},
        .repair = {.name = "unlearn", .target = 0, .rounds = ROUNDS}};
    s->branches = repair->branches;
    s->n_branches = 2;
    s->branch = 1;
    s->rounds = repair->pointers;
    s->n_rounds = DONE + 1;
    s->position = DONE;
    s->n_thresholds = 0;
    s->known = repair->branches[1].known;
    return repair;
}

void sample_repair_destroy(struct sample_repair *repair)
{
    free(repair);
}
