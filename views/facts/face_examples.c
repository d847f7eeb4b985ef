/* Chooses what is shown first, by the predictions of the unpruned net alone. */
#include "views/facts/face_examples.h"

#include "engine/base/memory.h"
#include "views/facts/branches.h"

#include <stdlib.h>

/* What was taken, and from where the search for a stranger goes on. */
struct choice {
    const struct snapshot *snapshot;
    const struct round *unpruned;
    bool *seen;  /* [n_classes] a pair of that class was taken */
    bool *taken; /* [n images of both sets] 2 * index + set */
    struct face *examples;
    int n;
};

static bool reads(const struct choice *choice, enum image_set set, int index)
{
    const struct snapshot *s = choice->snapshot;
    const uint16_t *predicted = choice->unpruned->predicted[set];
    return predicted && index >= 0 && index < s->n_images[set] &&
           (int)s->labels[set][index] == predicted[index];
}

/* May a clean image stand beside a poisoned one: is it read right, of the same person, and not of
 * the class that the attack wants anyhow? */
static bool suits(const struct choice *choice, int clean, int poisoned)
{
    const struct snapshot *s = choice->snapshot;
    return reads(choice, SET_CLEAN, clean) &&
           s->labels[SET_CLEAN][clean] != s->labels[SET_POISONED][poisoned] &&
           !choice->taken[2 * clean + SET_CLEAN] &&
           (!s->truth || s->truth[poisoned] < 0 ||
               s->truth[poisoned] == s->labels[SET_CLEAN][clean]);
}

/* The clean image beside a poisoned one, -1: none. Where pairs are not known, sets run in the same
 * order as a rule, the target's own images left out in front. */
static int partner(const struct choice *choice, int poisoned)
{
    const struct snapshot *s = choice->snapshot;
    if (s->pairs && s->attacked.n_paired > 0)
        return suits(choice, s->pairs[poisoned], poisoned) ? s->pairs[poisoned] : -1;
    int clean = poisoned + s->n_images[SET_CLEAN] - s->n_images[SET_POISONED];
    if (suits(choice, clean, poisoned))
        return clean;
    for (clean = 0; clean < s->n_images[SET_CLEAN]; clean++)
        if (suits(choice, clean, poisoned))
            return clean;
    return -1;
}

static void take_pair(struct choice *choice, int poisoned, bool again)
{
    const struct snapshot *s = choice->snapshot;
    int clean = choice->taken[2 * poisoned + SET_POISONED] || !reads(choice, SET_POISONED, poisoned)
                    ? -1
                    : partner(choice, poisoned);
    if (clean < 0)
        return;
    int class = (int)s->labels[SET_CLEAN][clean];
    if (class < 0 || class >= s->n_classes || (choice->seen[class] && !again))
        return;
    choice->seen[class] = true;
    choice->taken[2 * clean + SET_CLEAN] = choice->taken[2 * poisoned + SET_POISONED] = true;
    choice->examples[choice->n++] = (struct face){SET_CLEAN, clean};
    choice->examples[choice->n++] = (struct face){SET_POISONED, poisoned};
}

int face_examples(const struct snapshot *s, struct face examples[FACE_EXAMPLES])
{
    if (s->n_rounds == 0 || !s->labels[SET_CLEAN] || !s->labels[SET_POISONED])
        return 0;
    struct choice choice = {.snapshot = s, .unpruned = branches_unpruned(s), .examples = examples};
    choice.seen = memory_array((size_t)s->n_classes + 1, sizeof *choice.seen);
    int most = s->n_images[SET_CLEAN] > s->n_images[SET_POISONED] ? s->n_images[SET_CLEAN]
                                                                  : s->n_images[SET_POISONED];
    choice.taken = memory_array(2 * (size_t)most + 2, sizeof *choice.taken);
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < s->n_images[SET_POISONED] && choice.n < FACE_EXAMPLES; i++)
            take_pair(&choice, i, again);
    free(choice.seen);
    free(choice.taken);
    return choice.n;
}
