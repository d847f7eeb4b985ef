/* Bytes of terminals into keys: whole, in pieces, pasted, answered late or never. */
#include "app/screen/edit.h"
#include "app/terminal/colour.h"
#include "app/terminal/input.h"
#include "engine/base/memory.h"

#include "tests/test.h"

/* Feeds the bytes in pieces of `piece`, a millisecond apart, and takes what comes. */
static int feed(struct input *input, const char *bytes, size_t n, size_t piece, double *now,
    struct event *events, int most)
{
    int count = 0;
    for (size_t at = 0; at < n; at += piece) {
        input_feed(input, bytes + at, n - at < piece ? n - at : piece, *now += 0.001);
        while (count < most && input_next(input, &events[count], *now))
            count++;
    }
    return count;
}

/* What is held back comes when its time is over. */
static int drain(struct input *input, double *now, struct event *events, int most)
{
    int count = 0;
    for (double left = input_patience(input, *now); left >= 0; left = input_patience(input, *now)) {
        *now += left + 0.001;
        while (count < most && input_next(input, &events[count], *now))
            count++;
    }
    return count;
}

static void assert_keys(const char *bytes, const int *keys, int n)
{
    for (size_t piece = 1; piece <= strlen(bytes); piece++) {
        struct input *input = input_create();
        struct event events[64];
        double now = 10;
        int got = feed(input, bytes, strlen(bytes), piece, &now, events, 64);
        got += drain(input, &now, events + got, 64 - got);
        assert_int_equal(got, n);
        for (int i = 0; i < n; i++)
            assert_int_equal(events[i].key, keys[i]);
        input_destroy(input);
    }
}

#define KEYS(bytes, ...)                           \
    assert_keys(bytes, (const int[]){__VA_ARGS__}, \
        (int)(sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))

static void keys_come_in_any_pieces(void **state)
{
    (void)state;
    KEYS("a\r\n\t\x7f\x08", 'a', PRESS_ENTER, PRESS_ENTER, PRESS_TAB, PRESS_BACKSPACE,
        PRESS_BACKSPACE);
    KEYS("\033[A\033OB\033[C\033OD", PRESS_UP, PRESS_DOWN, PRESS_RIGHT, PRESS_LEFT);
    KEYS("\033[1~\033[4~\033[H\033[F\033OH\033[7~\033[8~", PRESS_HOME, PRESS_END, PRESS_HOME,
        PRESS_END, PRESS_HOME, PRESS_HOME, PRESS_END);
    KEYS("\033[5~\033[6~\033[3~\033[Z\033[1;2A\033[1;5C", PRESS_PAGE_UP, PRESS_PAGE_DOWN,
        PRESS_DELETE, PRESS_BACK_TAB, PRESS_PAGE_UP, PRESS_END);
    KEYS("\033OP\033[15~\033[24~\033[[B", PRESS_F1, PRESS_F1 + 4, PRESS_F12, PRESS_F1 + 1);
    KEYS("\xe6\x97\xa5\xc3\xa9x", 0x65e5, 0xe9, 'x');
    KEYS("\x80\xff\xc0x", 'x'); /* broken UTF-8 is nothing */
    KEYS("\033", PRESS_ESCAPE);
    KEYS("\033\033", PRESS_ESCAPE, PRESS_ESCAPE);
    KEYS("\033[<0;10;20M\033[<0;10;20mx", PRESS_CLICK, 'x');
    KEYS("\033[<64;1;1M\033[<65;1;1M", PRESS_WHEEL_UP, PRESS_WHEEL_DOWN);
    KEYS("\033[<0;1;1M\033[<32;2;1M\033[<32;3;9M\033[<0;3;9mx", PRESS_CLICK, PRESS_DRAG, PRESS_DRAG,
        PRESS_RELEASE, 'x');
    KEYS("\033[<35;3;9M\033[<33;3;9Mx", 'x'); /* no button, or another one */
    KEYS("\033[<35;9;9M\033[<2;1;1Ms", 's');  /* motion and the right button */
}

static void reports_are_no_keys(void **state)
{
    (void)state;
    KEYS("\033[?1;2cs", 's');
    KEYS("\033[24;80Rs", 's');
    KEYS("\033[Is\033[O", 's');
    KEYS("\033]11;rgb:1111/2222/3333\033\\s", 's');
    KEYS("\033]10;rgb:ff/ff/ff\as", 's');
    KEYS("\033P>|xterm(380)\033\\s", 's');
    KEYS("\033[200;1;1;1;1;1;1;1;1xs", 's');
}

static void a_paste_is_one_event(void **state)
{
    static const char paste[] =
        "\033[200~rm x\r\x03\x1aq\033[A\033[<0;1;1M\033]11;rgb:0/0/0\a\033[201~s";
    (void)state;
    for (size_t piece = 1; piece <= sizeof paste - 1; piece++) {
        struct input *input = input_create();
        struct event events[8];
        double now = 0;
        assert_int_equal(feed(input, paste, sizeof paste - 1, piece, &now, events, 8), 2);
        assert_int_equal(events[0].key, PRESS_PASTE);
        assert_int_equal(events[1].key, 's');
        assert_int_equal(events[0].size, sizeof paste - 1 - 13);
        uint32_t rgb;
        assert_false(input_ground(input, &rgb));
        input_destroy(input);
    }
}

static void megabytes_are_read_and_forgotten(void **state)
{
    (void)state;
    struct input *input = input_create();
    struct event event;
    static char piece[4096];
    memset(piece, 'x', sizeof piece);
    input_feed(input, "\033[200~", 6, 0);
    for (int i = 0; i < 2048; i++) { /* 8 MiB */
        input_feed(input, piece, sizeof piece, 0.001 * i);
        assert_false(input_next(input, &event, 0.001 * i));
    }
    input_feed(input, "\033[201~", 6, 3);
    assert_true(input_next(input, &event, 3));
    assert_int_equal(event.key, PRESS_PASTE);
    assert_int_equal(event.size, 2048 * sizeof piece);
    assert_true(strlen(event.text) < INPUT_PASTE);
    input_destroy(input);
}

/* The mark that ends it never comes: after a while, or by Ctrl-C, keys are keys again. */
static void an_endless_paste_ends(void **state)
{
    (void)state;
    struct event event;
    for (int way = 0; way < 2; way++) {
        struct input *input = input_create();
        input_feed(input, "\033[200~abc", 9, 0);
        assert_false(input_next(input, &event, 0));
        assert_true(input_patience(input, 0) > 1);
        if (way == 0) {
            assert_true(input_next(input, &event, 100));
            assert_int_equal(event.key, PRESS_PASTE);
            assert_string_equal(event.text, "abc");
        } else {
            input_feed(input, "\x03", 1, 0.5);
        }
        input_feed(input, "s", 1, 101);
        assert_true(input_next(input, &event, 101));
        assert_int_equal(event.key, 's');
        input_destroy(input);
    }
}

static void answers_are_taken_late_and_in_pieces(void **state)
{
    static const char *const answers[] = {
        "\033]11;rgb:ffff/ffff/dddd\033\\", "\033]11;rgb:ff/ff/dd\a", "\033]11;#ffffdd\a"};
    (void)state;
    for (size_t a = 0; a < 3; a++)
        for (size_t piece = 1; piece <= strlen(answers[a]); piece++) {
            struct input *input = input_create();
            struct event events[8];
            double now = 2;
            uint32_t rgb;
            input_asked(input, 0);
            assert_int_equal(
                feed(input, answers[a], strlen(answers[a]), piece, &now, events, 8), 0);
            assert_true(input_ground(input, &rgb));
            assert_int_equal(rgb, 0xffffdd);
            assert_int_equal(drain(input, &now, events, 8), 0);
            input_destroy(input);
        }
}

/* Whatever becomes of an answer, none of it is typed into the program. */
static void broken_answers_are_no_keys(void **state)
{
    static const char answer[] = "\033]11;rgb:ffff/bbbb/rrrr";
    (void)state;
    for (size_t cut = 2; cut < sizeof answer - 1; cut++) {
        struct input *input = input_create();
        struct event events[8];
        double now = 1;
        input_asked(input, 0.9);
        assert_int_equal(feed(input, answer, cut, cut, &now, events, 8), 0);
        assert_int_equal(drain(input, &now, events, 8), 0);
        char *rest = memory_format("%s\033\\", answer + cut); /* its end, seconds later */
        assert_int_equal(feed(input, rest, strlen(rest), 99, &now, events, 8), 0);
        assert_int_equal(feed(input, "s", 1, 1, &now, events, 8), 1);
        assert_int_equal(events[0].key, 's');
        free(rest);
        input_destroy(input);
    }
    struct input *input = input_create(); /* the ESC alone, the rest much later */
    struct event events[8];
    double now = 1;
    input_asked(input, 0.9);
    assert_int_equal(feed(input, answer, 1, 1, &now, events, 8), 0);
    assert_int_equal(drain(input, &now, events, 8), 1);
    assert_int_equal(events[0].key, PRESS_ESCAPE); /* which harms nobody */
    assert_int_equal(feed(input, "]11;rgb:ffff/ffff/ffff\a", 23, 23, &now, events, 8), 0);
    uint32_t rgb;
    assert_true(input_ground(input, &rgb));
    input_destroy(input);
}

static void bursts_are_marked(void **state)
{
    (void)state;
    struct input *input = input_create();
    struct event events[80];
    double now = 0;
    const char *pasted = "sxq words that nobody types at once";
    int n = feed(input, pasted, strlen(pasted), 99, &now, events, 80);
    assert_int_equal(n, (int)strlen(pasted));
    for (int i = 0; i < n; i++)
        assert_true(events[i].burst);
    now += 1;
    n = feed(input, "sssssssssssssssssssssssssssssssss", 33, 99, &now, events, 80);
    assert_int_equal(n, 33);
    assert_false(events[0].burst); /* one key held down */
    now += 1;
    n = feed(input, pasted, strlen(pasted), 1, &now, events, 80);
    assert_false(events[n - 1].burst); /* one by one */
    input_destroy(input);
}

static void terminals_name_their_own_keys(void **state)
{
    (void)state;
    struct input *input = input_create();
    struct event event;
    input_define(input, "\033Ot", PRESS_F1 + 4);
    input_feed(input, "\033Ot", 3, 0);
    assert_true(input_next(input, &event, 0));
    assert_int_equal(event.key, PRESS_F1 + 4);
    input_destroy(input);
}

static void backgrounds_are_read(void **state)
{
    static const struct {
        const char *text;
        bool good;
        uint32_t rgb;
    } answers[] = {{"rgb:ffff/ffff/ffff", true, 0xffffff}, {"rgb:0/8/f", true, 0x0088ff},
        {"rgb:12/34/56", true, 0x123456}, {"rgba:1212/3434/5656/ffff", true, 0x123456},
        {"#fdf6e3", true, 0xfdf6e3}, {"rgb:ffff/ffff", false, 0}, {"rgb:g/0/0", false, 0},
        {"rgb:00000/0/0", false, 0}, {"", false, 0}, {"#12345", false, 0}};
    static const struct {
        const char *text;
        int light; /* -1: not told */
    } variables[] = {{"0;15", 1}, {"15;0", 0}, {"0;default;15", 1}, {"15;default;0", 0}, {"7;8", 0},
        {"0;7", 1}, {"0;11", 1}, {"15;default", -1}, {"", -1}, {NULL, -1}, {"15", -1},
        {"0;99", -1}};
    (void)state;
    uint32_t rgb;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_int_equal(colour_read(answers[i].text, &rgb), answers[i].good);
        if (answers[i].good)
            assert_int_equal(rgb, answers[i].rgb);
    }
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        bool told = colour_of_fgbg(variables[i].text, &rgb);
        assert_int_equal(told, variables[i].light >= 0);
        if (told)
            assert_int_equal(colour_is_light(rgb), variables[i].light);
    }
    assert_true(colour_is_light(0xfdf6e3) && colour_is_light(0xeeeeee));
    assert_false(colour_is_light(0x002b36) || colour_is_light(0x300a24));
}

static void pasted_lines_become_one(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "");
    assert_int_equal(edit_paste(&edit, "a.h5"), EDIT_WHOLE);
    assert_string_equal(edit.text, "a.h5");
    edit_set(&edit, "");
    assert_int_equal(edit_paste(&edit, "one\r\n\r\ntwo\tthree\r\n"), EDIT_CLEANED);
    assert_string_equal(edit.text, "one two three");
    edit_set(&edit, "");
    assert_int_equal(edit_paste(&edit, "a\x01\x1b\x7f\xff?\xe6\x97\xa5"), EDIT_CLEANED);
    assert_string_equal(edit.text, "a?\xe6\x97\xa5");
    char long_text[2 * EDIT_TEXT];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    edit_set(&edit, "");
    assert_int_equal(edit_paste(&edit, long_text), EDIT_CUT);
    assert_int_equal(edit.length, EDIT_TEXT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_in_any_pieces),
        cmocka_unit_test(reports_are_no_keys),
        cmocka_unit_test(a_paste_is_one_event),
        cmocka_unit_test(megabytes_are_read_and_forgotten),
        cmocka_unit_test(an_endless_paste_ends),
        cmocka_unit_test(answers_are_taken_late_and_in_pieces),
        cmocka_unit_test(broken_answers_are_no_keys),
        cmocka_unit_test(bursts_are_marked),
        cmocka_unit_test(terminals_name_their_own_keys),
        cmocka_unit_test(backgrounds_are_read),
        cmocka_unit_test(pasted_lines_become_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
