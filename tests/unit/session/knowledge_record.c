/* What choices of a session read, kept beside it. */
#include "tests/unit/session/knowledge_record.h"

static struct bits both(struct bits a, struct bits b)
{
    return (struct bits){a.sets | b.sets, a.hand || b.hand, a.unknown || b.unknown};
}

unsigned record_sight(const struct record *record)
{
    return record->poisoned ? CLEAN | record->attack : CLEAN;
}

struct bits record_of_order(const struct record *record, const struct snapshot *s)
{
    struct bits bits = {.sets = record->seen, .unknown = s->order_file};
    unsigned target = record->target ? 0 : record->attack;
    if (s->order_file)
        return bits;
    if (strcmp(s->criterion, "mean-activation") == 0)
        bits.sets |= CLEAN;
    else if (strcmp(s->criterion, "target-weight") == 0)
        bits.sets |= target;
    else if (strcmp(s->criterion, "difference") == 0)
        bits.sets |= CLEAN | record->attack;
    else
        assert_string_equal(s->criterion, "one that the record knows");
    return bits;
}

bool record_same_order(const struct snapshot *a, const struct snapshot *b)
{
    return strcmp(a->criterion, b->criterion) == 0 && a->descending == b->descending &&
           !a->order_file == !b->order_file && a->n_ranking == b->n_ranking &&
           memcmp(a->ranking, b->ranking, (size_t)a->n_ranking * sizeof *a->ranking) == 0;
}

struct bits record_standing(const struct record *record, int branch)
{
    const struct branch_line *line = &record->now->branches[branch];
    const struct way *way = &record->ways[branch];
    struct bits bits = way->rounds[line->position];
    if (line->position > 0 || line->n_base > 0)
        bits.sets |= way->stops[line->position];
    return bits;
}

/* Branches that are new, and rounds that came over from the branch before. */
static void follow_branches(struct record *record, struct bits stood)
{
    const struct snapshot *s = record->now;
    for (; record->n_ways < s->n_branches; record->n_ways++) {
        const struct branch_line *line = &s->branches[record->n_ways];
        assert_true(record->n_ways < WAYS);
        struct way *way = &record->ways[record->n_ways];
        *way = (struct way){0};
        if (line->parent >= 0) {
            *way = record->ways[line->parent];
            for (int r = line->fork_round + 1; r < ROUNDS; r++)
                way->stops[r] = 0;
            continue;
        }
        way->stops[0] = record->seen;
        if (line->n_base > 0) {
            way->rounds[0] = stood;
            way->rounds[0].sets |= record->seen;
        }
        way->order = record_of_order(record, s);
    }
    const struct branch_line *line = &s->branches[s->branch];
    for (int r = record->before && record->before->branch == s->branch ? record->before->n_rounds
                                                                       : s->n_rounds;
         r < s->n_rounds && line->parent >= 0 && r <= line->fork_round; r++) {
        record->ways[s->branch].rounds[r] = record->ways[line->parent].rounds[r];
        record->ways[s->branch].stops[r] = record->ways[line->parent].stops[r];
    }
}

void record_observe(struct record *record, struct bits stood)
{
    snapshot_unref(record->before);
    record->before = record->now;
    record->now = session_snapshot(record->session);
    follow_branches(record, stood);
}

bool record_is_old(const struct record *record, const struct round *round)
{
    for (int i = 0; i < record->n_labels; i++)
        if (record->labels[i].round == round)
            return true;
    return false;
}

void record_round(struct record *record, int from, bool person)
{
    const struct snapshot *s = record->now;
    struct way *way = &record->ways[s->branch];
    struct bits chosen = way->order, before = way->rounds[from];
    int at = s->position;
    assert_true(at < ROUNDS);
    chosen.sets |= record->seen & TEST;
    if (person)
        chosen = (struct bits){.sets = record_sight(record) | record->seen, .hand = true};
    before.sets |= way->stops[from];
    if (!record_is_old(record, s->rounds[at])) {
        way->rounds[at] = both(before, chosen);
        for (int r = at; r < ROUNDS; r++)
            way->stops[r] = 0;
    } else if (!person) {
        way->stops[at] |= (way->stops[from] | chosen.sets) & ~way->rounds[at].sets;
    }
}

void record_stop(struct record *record, unsigned sets)
{
    const struct snapshot *s = record->now;
    if (s->position > 0 || s->branches[s->branch].n_base > 0)
        record->ways[s->branch].stops[s->position] |= sets;
}

bool record_reached(const struct record *record)
{
    const struct snapshot *s = record->now;
    const struct round *b = s->branches[0].rounds[0], *round = s->rounds[s->position];
    if (record->goal == CLEAN)
        return 100.0 * (b->clean_correct - round->clean_correct) / s->n_images[SET_CLEAN] >=
               record->value - 1e-9;
    return record->goal == record->attack && snapshot_asr(s, s->position) <= record->value + 1e-9;
}
