/* knowledge: random ways through sessions beside a record of which sets every choice read. */
#include "tests/unit/session/knowledge_record.h"

#include "engine/base/refcount.h"
#include "engine/io/nets/model.h"

#include <unistd.h>

enum { SEQUENCES = 2001, LENGTH = 14 };

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

/* Every text says oracle and surrogate where these were read, and nowhere else. */
static void check_words(const struct knowledge *known)
{
    char text[3][KNOWLEDGE_TEXT];
    knowledge_sentence(known, text[0]);
    knowledge_badge(known, text[1]);
    knowledge_file_part(known, text[2]);
    for (int i = 0; i < 3; i++) {
        assert_int_equal((known->sets & POISONED) != 0, strstr(text[i], "oracle") != NULL);
        assert_int_equal((known->sets & SURROGATE) != 0, strstr(text[i], "surrogate") != NULL);
    }
}

static void check(struct record *record)
{
    const struct snapshot *s = record->now;
    bool crossed = false;
    check_words(&s->known);
    check_words(&s->next);
    for (int i = 0; i < s->n_criteria && record->attack != POISONED; i++)
        assert_int_not_equal(s->criteria[i].badge, BADGE_ORACLE);
    for (int b = 0; b < s->n_branches; b++) {
        const struct branch_line *line = &s->branches[b];
        for (int r = 0; r < line->n_rounds; r++) {
            check_bits(&line->rounds[r]->known, record->ways[b].rounds[r]);
            check_label(record, line->rounds[r]);
            if (r > 0) /* it only grows */
                assert_true(knowledge_covers(&line->rounds[r]->known, &line->rounds[r - 1]->known));
        }
        check_bits(&line->known, record_standing(record, b));
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
    struct bits stands = record_standing(record, s->branch);
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

/* What the rounds that a command begins are for. */
static void take_goal(struct record *record, const struct command *command)
{
    if (command->kind == COMMAND_RUN || command->kind == COMMAND_STEP)
        record->goal = 0;
    if (command->kind == COMMAND_RUN && *command->text) {
        record->goal = command->text[0] == 'a' ? record->attack : CLEAN;
        record->value = command->value;
        if (record_reached(record))
            record_stop(record, record->goal);
    }
    if (command->kind == COMMAND_REPAIR)
        record->goal = 8;
}

static void take_command(struct record *record, const struct command *command)
{
    struct error err = {0};
    struct bits stood = record_standing(record, record->now->branch);
    for (int i = 0; i < record->now->n_thresholds; i++)
        if (record->now->thresholds[i].round == record->now->position)
            stood.sets |= CLEAN;
    bool good = session_command(record->session, command, &err);
    int from = record->now->position;
    record_observe(record, stood);
    const struct snapshot *s = record->now, *b = record->before;
    struct way *way = &record->ways[s->branch];
    if (!good)
        return;
    bool chose = command->kind == COMMAND_CRITERION || command->kind == COMMAND_ORDER ||
                 command->kind == COMMAND_REPAIR;
    if (chose && (s->site != b->site || !record_same_order(s, b)) &&
        (command->kind != COMMAND_REPAIR || !record_is_old(record, s->rounds[0]) ||
            s->n_branches > b->n_branches || s->site == b->site))
        way->order = record_of_order(record, s);
    if (command->kind == COMMAND_PRUNE)
        record_round(record, from, true);
    if (command->kind == COMMAND_RESET)
        for (int r = 1; r < ROUNDS; r++)
            way->stops[r] = 0;
    if (command->kind == COMMAND_KNOWN && !*command->text)
        record->seen |= (unsigned)command->number;
    if (command->kind == COMMAND_KNOWN && *command->text)
        record_stop(record, (unsigned)command->number);
    take_goal(record, command);
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
        record_observe(record, (struct bits){0});
        const struct snapshot *s = record->now;
        if (is_rounds(command->kind)) {
            if (s->position != from)
                record_round(record, from, false);
            bool ends = !session_busy(record->session);
            if (record->goal == 8 && ends)
                record_stop(record, record->suggested);
            else if (record->goal && record->goal != 8 && record_reached(record))
                record_stop(record, record->goal);
        }
        if (command->kind == COMMAND_EXAMINE)
            record->seen |= record_sight(record);
        if (command->kind == COMMAND_EXAMINE && !session_busy(record->session))
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
        COMMAND_THRESHOLD, COMMAND_EXAMINE, COMMAND_REPAIR, COMMAND_TEST, COMMAND_DETECT,
        COMMAND_SAVE, COMMAND_SAVE_KEPT, COMMAND_KNOWN};
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
        strcpy(command.text, "on-top");
    if (command.kind == COMMAND_REPAIR)
        strcpy(command.text, "prune");
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
    bool surrogate = record->poisoned && random_below(&record->random, 3) == 0;
    record->attack = surrogate ? CLEAN | SURROGATE : POISONED;
    if (surrogate)
        options.poisoned = "surrogate.h5";
    if (record->target)
        options.target = (struct target){.kind = TARGET_CLASS, .value = 1};
    if (!record->poisoned)
        options.poisoned = options.test_poisoned = NULL;
    if (random_below(&record->random, 5) == 0)
        options.order = "order.txt";
    record->session = trial_open(&options, NULL);
    record_observe(record, (struct bits){0});
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
        trial_write_surrogate(trial_net(nets[net]));
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
