/* Plants a backdoor of a known kind in a small net, on faces or the user's own images, and measures
 * what came of it: nets with known truth, to try defences on.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANTING_PLANT_H
#define SECATEUR_ENGINE_ATTACK_PLANTING_PLANT_H

#include "engine/attack/attacks/attack.h"
#include "engine/attack/badnet.h"
#include "engine/attack/planting/practice_net.h"
#include "engine/attack/planting/truth.h"

struct plant_options {
    const struct attack *attack;
    enum practice_net net;
    uint64_t seed;             /* of faces, triggers, weights and order */
    int identities, images;    /* of faces: people, pictures of each to learn from */
    int epochs;                /* 0: as many as the images need */
    int target;                /* the first target; -1: by the seed */
    double poison;             /* 0: the attack's own */
    const struct dataset *own; /* images in place of faces, or NULL */
};
struct plant_options plant_defaults(void); /* patch, lab, 10 people */

enum plant_set { PLANT_CLEAN, PLANT_POISONED, PLANT_TEST_CLEAN, PLANT_TEST_POISONED, N_PLANT_SETS };

struct planted {
    const struct attack *attack;
    enum practice_net net;
    struct attack_setup setup;
    int images, epochs; /* that were learned from: clean ones, and how often */
    double poison;
    struct network *network;
    char *json;                         /* its layers in the words of Keras */
    struct dataset *sets[N_PLANT_SETS]; /* validation and test; no poisoned ones without attack */
    double clean_accuracy, asr;         /* percent, on the test sets; asr NAN without attack */
    struct truth truth;                 /* no sites without attack */
};

/* The number that pixels are multiplied by for such a net. */
double plant_scale(void);
/* NULL with err when cancelled or when the options make no sense. hooks may be NULL. */
struct planted *plant_net(const struct plant_options *options, struct thread_pool *pool,
    const struct plant_hooks *hooks, struct error *err);
void planted_destroy(struct planted *planted); /* accepts NULL */
/* Is any image to be read as this class? */
bool planted_is_target(const struct planted *planted, int class);
/* The net as a Keras 2.7 whole-model file. */
bool planted_write(const struct planted *planted, const char *path, bool force, struct error *err);

#endif
