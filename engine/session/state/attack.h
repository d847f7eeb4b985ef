/* What predictions of poisoned images are compared with: each image's true class, what the attack
 * wants it to be read as, and whether it counts in ASR. Decided once, for validation and for test
 * sets alike:
 *
 * - The true class is known from the clean image it was made from (io/images/trigger_pairs.h), from
 *   the demo, or from the labels where those turn out to be true classes.
 * - Labels are what the attack wants, and all images count, unless labels equal those of the
 *   paired clean images (or stand in the same mixed order), or a target is given.
 * - Else the target decides: the one that is given, or what most images are read as by the unpruned
 *   net. Images that belong to it are left out.
 *
 * Owner: the caller. Thread: one, until it is settled; then any. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_ATTACK_H
#define SECATEUR_ENGINE_SESSION_STATE_ATTACK_H

#include "engine/api/snapshot.h"
#include "engine/io/images/surrogate.h"

struct attack {
    struct attacked attacked; /* what is told of it */
    int n, n_classes;
    struct target given;   /* TARGET_NONE: not given */
    bool inverted;         /* it is the class of a surrogate */
    int32_t *pairs;        /* [n] clean image, -1: none; NULL: none at all */
    int32_t *truth;        /* [n] true class, -1: unknown; NULL: of none */
    int32_t *goal;         /* [n] what the attack wants, -1: left out */
    struct outcome of;     /* how many images each count is out of; own of the clean set */
    const int32_t *labels; /* [n] as they are stored; borrowed */
    bool settled;
};

/* What is known before any net has run. `people`: true classes that are known otherwise (copied),
 * or NULL. `digest`: of
 * the file of the clean images, "" of none: a surrogate of them pairs image by image. */
struct attack *attack_create(const struct dataset *clean, const struct dataset *poisoned,
    const int32_t *people, const struct target *given, int n_classes, const char *digest);
void attack_destroy(struct attack *attack); /* accepts NULL */
/* True when predictions of the unpruned net are needed to find the target. */
bool attack_asks(const struct attack *attack);
/* Decides; predicted[n] by the unpruned net, NULL where attack_asks is false. */
void attack_settle(struct attack *attack, const struct dataset *clean, const uint16_t *predicted);
/* One or two sentences for people; "" when labels are simply taken as the target. Returns text. */
const char *attack_text(const struct attack *attack, const char *set, char text[SNAPSHOT_TEXT]);

/* What images are to be read as, for all that counts predictions. */
struct expected {
    int n[N_SETS];
    const int32_t *labels[N_SETS]; /* clean: labels; poisoned: goals. NULL: no such images */
    const int32_t *truth;          /* [n poisoned], NULL: unknown */
    int own;                       /* the target class, -1: not one */
    const bool *held_out;          /* [n clean] no repair learns from it; NULL: none are */
};
/* attack NULL, or not settled: by the labels. */
struct expected attack_expected(
    const struct attack *attack, const struct dataset *clean, const struct dataset *poisoned);
/* Counts predictions[n of the set], NULL: no such images. */
struct outcome attack_count(
    const struct expected *expected, const uint16_t *const predicted[N_SETS]);
/* Of the trivial defence: the net never answers the target class, but what it likes second best.
 * Fills says[n of the set] from what it predicts and its runners-up; false: not defined. */
bool attack_trivial(const struct expected *expected, enum image_set set, const uint16_t *predicted,
    const uint16_t *runners_up, uint16_t *says);

#endif
