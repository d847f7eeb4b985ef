/* knowledge: random ways through sessions beside a record of which sets every choice read. The
 * record is kept here, from commands and from what snapshots show of rounds and branches; it never
 * looks at what they say of knowledge. */
#include "tests/unit/session/session_trial.h"

#include "engine/base/refcount.h"
#include "engine/io/nets/model.h"

#include <unistd.h>

enum { WAYS = 48, ROUNDS = 32, LABELS = 512, CLEAN = 1, POISONED = 2, TEST = 4 };
enum { SEQUENCES = 2001, LENGTH = 14 };

struct bits {
    unsigned sets;
    bool hand, unknown;
};

/* A branch as the record has it. */
struct way {
    struct bits order, rounds[ROUNDS];
    unsigned stops[ROUNDS]; /* sets that chose to stand there */
};

struct label {
    const struct round *round; /* held, so that no other has its address */
    struct knowledge own, known;
};

struct record {
    struct session *session;
    const struct snapshot *now, *before;
    struct random random;
    bool target, poisoned; /* the target is given; there are poisoned images */
    unsigned seen, suggested, goal;
    double value;
    int n_ways, n_labels;
    struct way ways[WAYS];
    struct label labels[LABELS];
};

static struct bits both(struct bits a, struct bits b)
{
    return (struct bits){a.sets | b.sets, a.hand || b.hand, a.unknown || b.unknown};
}

static unsigned sight(const struct record *record)
{
    return record->poisoned ? CLEAN | POISONED : CLEAN;
}

/* What a criterion scores by, said once more. */
static struct bits of_order(const struct record *record, const struct snapshot *s)
{
    struct bits bits = {.sets = record->seen, .unknown = s->order_file};
    unsigned target = record->target ? 0 : POISONED;
    if (s->order_file)
        return bits;
    if (strcmp(s->criterion, "mean-activation") == 0)
        bits.sets |= CLEAN;
    else if (strcmp(s->criterion, "target-weight") == 0)
        bits.sets |= target;
    else if (strcmp(s->criterion, "difference") == 0)
        bits.sets |= CLEAN | POISONED;
    else
        assert_string_equal(s->criterion, "one that the record knows");
    return bits;
}

static bool same_order(const struct snapshot *a, const struct snapshot *b)
{
    return strcmp(a->criterion, b->criterion) == 0 && a->descending == b->descending &&
           !a->order_file == !b->order_file && a->n_ranking == b->n_ranking &&
           memcmp(a->ranking, b->ranking, (size_t)a->n_ranking * sizeof *a->ranking) == 0;
}

static struct bits standing(const struct record *record, int branch)
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
        way->order = of_order(record, s);
    }
    const struct branch_line *line = &s->branches[s->branch];
    for (int r = record->before && record->before->branch == s->branch ? record->before->n_rounds
                                                                       : s->n_rounds;
         r < s->n_rounds && line->parent >= 0 && r <= line->fork_round; r++) {
        record->ways[s->branch].rounds[r] = record->ways[line->parent].rounds[r];
        record->ways[s->branch].stops[r] = record->ways[line->parent].stops[r];
    }
}

static void view_state(struct record *record, struct bits stood)
{
    snapshot_unref(record->before);
    record->before = record->now;
    record->now = session_snapshot(record->session);
    follow_branches(record, stood);
}

static bool is_old(const struct record *record, const struct round *round)
{
    for (int i = 0; i < record->n_labels; i++)
        if (record->labels[i].round == round)
            return true;
    return false;
}

/* One more round stands: by the order or by a person. */
static void note_round(struct record *record, int from, bool person)
{
    const struct snapshot *s = record->now;
    struct way *way = &record->ways[s->branch];
    struct bits chosen = way->order, before = way->rounds[from];
    int at = s->position;
    assert_true(at < ROUNDS);
    chosen.sets |= record->seen & TEST;
    if (person)
        chosen = (struct bits){.sets = sight(record) | record->seen, .hand = true};
    before.sets |= way->stops[from];
    if (!is_old(record, s->rounds[at])) {
        way->rounds[at] = both(before, chosen);
        for (int r = at; r < ROUNDS; r++)
            way->stops[r] = 0;
    } else if (!person) {
        way->stops[at] |= (way->stops[from] | chosen.sets) & ~way->rounds[at].sets;
    }
}

static void stop_here(struct record *record, unsigned sets)
{
    const struct snapshot *s = record->now;
    if (s->position > 0 || s->branches[s->branch].n_base > 0)
        record->ways[s->branch].stops[s->position] |= sets;
}

static bool reached(const struct record *record)
{
    const struct snapshot *s = record->now;
    const struct round *b = s->branches[0].rounds[0], *round = s->rounds[s->position];
    if (record->goal == CLEAN)
        return 100.0 * (b->clean_correct - round->clean_correct) / s->n_images[SET_CLEAN] >=
               record->value - 1e-9;
    return record->goal == POISONED && snapshot_asr(s, s->position) <= record->value + 1e-9;
}

/* Checks ---------------------------------------------------------------------------------- */

static void check_bits(const struct knowledge *known, struct bits expected)
{
    if (known->sets != expected.sets)
        print_message("read %u, the record says %u\n", known->sets, expected.sets);
    assert_int_equal(known->sets, expected.sets);
    assert_int_equal(known->by_hand, expected.hand);
    assert_int_equal(known->unknown, expected.unknown);
}

/* A round is what it was when it was first seen, whatever was chosen since. */
static void check_label(struct record *record, const struct round *round)
{
    int i = 0;
    while (i < record->n_labels && record->labels[i].round != round)
        i++;
    assert_true(i < LABELS);
    if (i == record->n_labels)
        record->labels[record->n_labels++] =
            (struct label){refcount_ref(round), round->own, round->known};
    assert_memory_equal(&record->labels[i].own, &round->own, sizeof round->own);
    assert_memory_equal(&record->labels[i].known, &round->known, sizeof round->known);
    assert_true(knowledge_covers(&round->known, &round->own));
}

static void check(struct record *record)
{
    const struct snapshot *s = record->now;
    bool crossed = false;
    for (int b = 0; b < s->n_branches; b++) {
        const struct branch_line *line = &s->branches[b];
        for (int r = 0; r < line->n_rounds; r++) {
            check_bits(&line->rounds[r]->known, record->ways[b].rounds[r]);
            check_label(record, line->rounds[r]);
            if (r > 0) /* it only grows */
                assert_true(knowledge_covers(&line->rounds[r]->known, &line->rounds[r - 1]->known));
        }
        check_bits(&line->known, standing(record, b));
    }
    for (int i = 0; i < s->n_thresholds; i++) {
        const struct threshold *t = &s->thresholds[i];
        struct bits bits = {0};
        if (t->round >= 0) {
            bits = record->ways[s->branch].rounds[t->round];
            bits.sets |= CLEAN;
        }
        check_bits(&t->known, bits);
        crossed = crossed || t->round == s->position;
    }
    struct bits stands = standing(record, s->branch);
    stands.sets |= crossed ? CLEAN : 0;
    check_bits(&s->known, stands);
    assert_true(knowledge_covers(&s->known, &s->rounds[s->position]->known));
    assert_int_equal(s->seen, record->seen);
}

static void check_file(const char *path, const struct knowledge *said)
{
    struct error err = {0};
    struct knowledge read;
    struct model *model = model_open(path, NULL, &err);
    assert_non_null(model);
    assert_int_equal(model->knowledge != NULL, knowledge_any(said));
    if (model->knowledge) {
        assert_true(knowledge_read(model->knowledge, &read));
        assert_memory_equal(&read, said, sizeof read);
    }
    model_destroy(model);
}

/* Ways ------------------------------------------------------------------------------------ */

static void take_command(struct record *record, const struct command *command)
{
    struct error err = {0};
    struct bits stood = standing(record, record->now->branch);
    for (int i = 0; i < record->now->n_thresholds; i++)
        if (record->now->thresholds[i].round == record->now->position)
            stood.sets |= CLEAN;
    bool good = session_command(record->session, command, &err);
    int from = record->now->position;
    view_state(record, stood);
    const struct snapshot *s = record->now, *b = record->before;
    struct way *way = &record->ways[s->branch];
    if (!good)
        return;
    bool chose = command->kind == COMMAND_CRITERION || command->kind == COMMAND_ORDER ||
                 command->kind == COMMAND_REPAIR;
    if (chose && (s->site != b->site || !same_order(s, b)) &&
        (command->kind != COMMAND_REPAIR || !is_old(record, s->rounds[0]) ||
            s->n_branches > b->n_branches || s->site == b->site))
        way->order = of_order(record, s);
    if (command->kind == COMMAND_PRUNE)
        note_round(record, from, true);
    if (command->kind == COMMAND_RESET)
        for (int r = 1; r < ROUNDS; r++)
            way->stops[r] = 0;
    if (command->kind == COMMAND_KNOWN && !*command->text)
        record->seen |= (unsigned)command->number;
    if (command->kind == COMMAND_KNOWN && *command->text)
        stop_here(record, (unsigned)command->number);
    if (command->kind == COMMAND_RUN || command->kind == COMMAND_STEP)
        record->goal = 0;
    if (command->kind == COMMAND_RUN && *command->text) {
        record->goal = command->text[0] == 'a' ? POISONED : CLEAN;
        record->value = command->value;
        if (reached(record))
            stop_here(record, record->goal);
    }
    if (command->kind == COMMAND_REPAIR)
        record->goal = 8;
    if (command->kind == COMMAND_SAVE)
        check_file(command->text, &s->known);
    for (int i = 0; i < s->n_thresholds && command->kind == COMMAND_SAVE_KEPT; i++)
        if (s->thresholds[i].saved[0] && !b->thresholds[i].saved[0])
            check_file(s->thresholds[i].saved, &s->thresholds[i].known);
}

static bool is_rounds(enum command_kind kind)
{
    return kind == COMMAND_RUN || kind == COMMAND_STEP || kind == COMMAND_REPAIR;
}

/* The work that a command began, or as much of it as `most` says; then it is paused. */
static void work(struct record *record, const struct command *command, int most)
{
    struct error err = {0};
    while (session_busy(record->session) && most-- > 0) {
        int from = record->now->position;
        assert_true(session_step(record->session, &err));
        view_state(record, (struct bits){0});
        const struct snapshot *s = record->now;
        if (is_rounds(command->kind)) {
            if (s->position != from)
                note_round(record, from, false);
            bool ends = !session_busy(record->session);
            if (record->goal == 8 && ends)
                stop_here(record, record->suggested);
            else if (record->goal && record->goal != 8 && reached(record))
                stop_here(record, record->goal);
        }
        if (command->kind == COMMAND_SCAN)
            record->seen |= sight(record);
        if (command->kind == COMMAND_SCAN && !session_busy(record->session))
            record->suggested = record->seen & ~(unsigned)TEST;
        if (command->kind == COMMAND_TEST && s->test_clean_correct >= 0)
            record->seen |= TEST;
        if (command->kind == COMMAND_DETECT && command->number > 0)
            record->seen |= TEST;
        check(record);
    }
    if (session_busy(record->session))
        take_command(record, &(struct command){.kind = COMMAND_PAUSE});
}

static struct command choose(struct record *record)
{
    static const enum command_kind kinds[] = {COMMAND_RUN, COMMAND_RUN, COMMAND_RUN, COMMAND_STEP,
        COMMAND_STEP, COMMAND_STEP, COMMAND_UNDO, COMMAND_UNDO, COMMAND_REDO, COMMAND_JUMP,
        COMMAND_RESET, COMMAND_PRUNE, COMMAND_WHAT_IF, COMMAND_LAYER, COMMAND_LAYER, COMMAND_BRANCH,
        COMMAND_CRITERION, COMMAND_CRITERION, COMMAND_CRITERION, COMMAND_ORDER, COMMAND_ORDER,
        COMMAND_THRESHOLD, COMMAND_SCAN, COMMAND_REPAIR, COMMAND_TEST, COMMAND_DETECT, COMMAND_SAVE,
        COMMAND_SAVE_KEPT, COMMAND_KNOWN};
    static const char *const criteria[] = {"mean-activation", "target-weight", "difference",
        "mean-activation descending", "difference ascending"};
    static const char *const orders[] = {"ascending", "descending", "order.txt"};
    struct random *random = &record->random;
    struct command command = {.kind = kinds[random_below(random, sizeof kinds / sizeof *kinds)]};
    command.number = (int)random_below(random, 8);
    command.value = 4 + random_below(random, 70);
    if (command.kind == COMMAND_RUN && random_below(random, 2))
        strcpy(command.text, random_below(random, 2) ? "asr" : "drop");
    if (command.kind == COMMAND_LAYER && random_below(random, 2) && record->n_ways < WAYS / 2)
        strcpy(command.text, "keep");
    if (command.kind == COMMAND_CRITERION)
        strcpy(command.text, criteria[random_below(random, 5)]);
    if (command.kind == COMMAND_ORDER)
        strcpy(command.text, orders[random_below(random, 3)]);
    if (command.kind == COMMAND_SAVE)
        strcpy(command.text, "saved.h5");
    if (command.kind == COMMAND_DETECT)
        command.number = random_below(random, 2) != 0;
    if (command.kind == COMMAND_KNOWN && random_below(random, 2))
        strcpy(command.text, "here");
    return command;
}

static void go_one_way(int seed)
{
    struct record *record = memory_array(1, sizeof *record);
    struct options options = trial_options();
    random_init(&record->random, (uint64_t)seed, 5);
    options.limit = 12;
    options.force = true;
    record->target = random_below(&record->random, 2);
    record->poisoned = random_below(&record->random, 4) != 0;
    if (record->target)
        options.target = (struct target){.kind = TARGET_CLASS, .value = 1};
    if (!record->poisoned)
        options.poisoned = options.test_poisoned = NULL;
    if (random_below(&record->random, 5) == 0)
        options.order = "order.txt";
    record->session = trial_open(&options, NULL);
    view_state(record, (struct bits){0});
    check(record);
    for (int i = 0; i < LENGTH; i++) {
        const struct command command = choose(record);
        take_command(record, &command);
        check(record);
        work(record, &command, random_below(&record->random, 4) ? 1000 : 2);
        check(record);
    }
    snapshot_unref(record->before);
    snapshot_unref(record->now);
    for (int i = 0; i < record->n_labels; i++)
        refcount_unref(record->labels[i].round);
    session_destroy(record->session);
    free(record);
}

static const char *const nets[] = {"branch", "dense", "chain"};
enum { N_NETS = sizeof nets / sizeof *nets };
static int only = -1; /* the net of this run, -1: all */

static void knowledge_is_what_was_read(void **state)
{
    (void)state;
    int done = 0;
    for (int net = 0; net < N_NETS; net++) {
        trial_write(trial_net(nets[net]));
        trial_write_text("order.txt", "3 1 0 2\n");
        for (int i = 0; i < SEQUENCES / N_NETS; i++)
            if (only < 0 || net == only) {
                go_one_way(net * (SEQUENCES / N_NETS) + i);
                done++;
            }
    }
    print_message("%d sequences of %d commands, every choice as the record says\n", done, LENGTH);
}

int main(int argc, char **argv)
{
    for (int net = 0; argc > 1 && net < N_NETS; net++)
        if (strcmp(argv[1], nets[net]) == 0)
            only = net;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(knowledge_is_what_was_read, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
