/* The last few triggers that were inverted for the suspected classes, and laying them on images.
 * Several stay in use: of one alone a net only learns to answer the next.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_TRIGGER_BANK_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_TRIGGER_BANK_H

#include "engine/base/random.h"
#include "engine/defence/repairs/repair.h"

struct trigger_bank;

/* Keeps pointers to what the job points to; its network may change between inversions. */
struct trigger_bank *trigger_bank_create(const struct repair_job *job);
void trigger_bank_destroy(struct trigger_bank *bank); /* accepts NULL */

/* Inverts a trigger for a class in so many steps against the net as it stands, and adds it;
 * report->mask and hits become its own. progress: what is reported after each step, its step and
 * trigger filled in. False: cancelled, or the search diverged. */
bool trigger_bank_add(struct trigger_bank *bank, int target, int steps,
    struct repair_progress progress, struct repair_report *report, struct error *err);

struct banked {
    int target;
    struct inversion_trigger trigger; /* borrowed until the next is added */
};
/* The trigger added last; one of all by chance. */
struct banked trigger_bank_last(const struct trigger_bank *bank);
struct banked trigger_bank_any(const struct trigger_bank *bank, struct random *random);

#endif
