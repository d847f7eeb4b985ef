/* Which way pictures are shown, with terminals that answer rightly, lie, answer late, in pieces, or
 * never: what they say never becomes keys. */
#include "app/graphics/graphics_choice.h"
#include "app/terminal/input.h"

#include "tests/test.h"

static void the_choice_follows_wish_place_and_answers(void **state)
{
    (void)state;
    const struct graphics_answers none = {0}, kitty = {.kitty = true},
                                  sixel = {.sixel = true, .cell_width = 10, .cell_height = 20},
                                  unsized = {.sixel = true};
    struct graphics_situation s = {0};
    assert_int_equal(graphics_choose(&s, &none), GRAPHICS_BLOCKS);
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_KITTY);
    assert_int_equal(graphics_choose(&s, &sixel), GRAPHICS_SIXEL);
    assert_int_equal(graphics_choose(&s, &unsized), GRAPHICS_BLOCKS);
    s.remote = true;
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_KITTY);
    assert_int_equal(graphics_choose(&s, &sixel), GRAPHICS_BLOCKS);
    s.wish = WISH_SIXEL;
    assert_int_equal(graphics_choose(&s, &sixel), GRAPHICS_SIXEL);
    s = (struct graphics_situation){.multiplexed = true};
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_BLOCKS);
    assert_int_equal(graphics_choose(&s, &sixel), GRAPHICS_SIXEL); /* tmux draws it itself */
    s.wish = WISH_KITTY;
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_BLOCKS);
    s = (struct graphics_situation){.wish = WISH_KITTY};
    assert_int_equal(graphics_choose(&s, &none), GRAPHICS_KITTY);
    s.plain = true;
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_BLOCKS);
    s = (struct graphics_situation){.wish = WISH_BLOCKS};
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_BLOCKS);
    s = (struct graphics_situation){.colourless = true};
    assert_int_equal(graphics_choose(&s, &kitty), GRAPHICS_BLOCKS);
    assert_true(graphics_multiplexed("tmux-256color", NULL, NULL));
    assert_true(graphics_multiplexed("xterm", "/tmp/tmux-0/default,1,0", NULL));
    assert_true(graphics_multiplexed("xterm", "", "1234.pts"));
    assert_false(graphics_multiplexed("xterm-kitty", NULL, NULL));
}

/* Answers in pieces of every size, and what they make known; never a key but the 's' behind. */
static void hear(const char *bytes, struct graphics_answers wanted)
{
    for (size_t piece = 1; piece <= strlen(bytes); piece++) {
        struct input *input = input_create();
        struct event event;
        double now = 1;
        int keys = 0;
        input_asked(input, now);
        for (size_t at = 0; at < strlen(bytes); at += piece) {
            size_t left = strlen(bytes) - at;
            input_feed(input, bytes + at, left < piece ? left : piece, now += 0.001);
            while (input_next(input, &event, now))
                keys += event.key != 's' ? 100 : 1;
        }
        while (input_next(input, &event, now += 5))
            keys += event.key != 's' ? 100 : 1;
        const struct graphics_answers *got = input_graphics(input);
        if (keys != 1)
            print_error("%s in pieces of %zu\n", bytes + 1, piece);
        assert_int_equal(keys, 1);
        assert_true(got->kitty == wanted.kitty && got->sixel == wanted.sixel);
        assert_int_equal(got->cell_width, wanted.cell_width);
        assert_int_equal(got->cell_height, wanted.cell_height);
        input_destroy(input);
    }
}

static void answers_are_heard_and_lies_are_not(void **state)
{
    (void)state;
    hear("\033_Gi=31;OK\033\\\033[6;20;10t\033[?62;4;22cs",
        (struct graphics_answers){true, true, 10, 20});
    hear("\033[?62;22cs", (struct graphics_answers){0});
    hear("\033[?4;14cs", (struct graphics_answers){0}); /* 4 is its level, 14 is not 4 */
    hear("\033_Gi=31;ENOTSUPPORTED:no\033\\s", (struct graphics_answers){0});
    hear("\033_Gi=32;OK\033\\s", (struct graphics_answers){0}); /* never asked */
    hear("\033_Gi=31;OKAY\033\\s", (struct graphics_answers){0});
    hear("\033[6;0;0ts", (struct graphics_answers){0});
    hear("\033[6;99999;99999ts", (struct graphics_answers){0});
    hear("\033[6;-3;7ts", (struct graphics_answers){0});
    hear("\033[4;600;800t\033[8;24;80ts", (struct graphics_answers){0});
}

/* The beginning came, and was given up long before the rest. */
static void late_ends_are_no_keys(void **state)
{
    (void)state;
    static const char *const ends[] = {
        "_Gi=31;OK\033\\", "Gi=31;OK\033\\", "[6;20;10t", "[?62;4;22c", "]11;rgb:0/0/0\a"};
    for (int i = 0; i < 5; i++) {
        struct input *input = input_create();
        struct event event;
        int keys = 0;
        input_asked(input, 1);
        input_feed(input, "\033", 1, 1.2);
        assert_false(input_next(input, &event, 1.2));
        while (input_next(input, &event, 3)) /* long enough to be a person's Esc */
            assert_int_equal(event.key, PRESS_ESCAPE);
        input_feed(input, ends[i], strlen(ends[i]), 3.5);
        while (input_next(input, &event, 9))
            keys++;
        assert_int_equal(keys, 0);
        input_feed(input, "s", 1, 10);
        assert_true(input_next(input, &event, 10));
        assert_int_equal(event.key, 's');
        input_destroy(input);
    }
}

/* An answer that comes at any time, in two pieces of any size, any time apart: it never types. A
 * lone ESC that is followed by nothing for long is a person's. */
static void answers_in_two_pieces_never_type(void **state)
{
    static const char *const answers[] = {"\033_Gi=31;OK\033\\", "\033[6;20;10t", "\033[?62;4;22c",
        "\033]11;rgb:1e1e/1e1e/2e2e\a", "\033]11;rgb:1e1e/1e1e/2e2e\033\\"};
    static const double starts[] = {0.01, 0.2, 4, 30, 3000},
                        gaps[] = {0.001, 0.02, 0.1, 0.4, 2, 20};
    int typed = 0;
    (void)state;
    for (int i = 0; i < 5 * 5 * 6; i++) {
        const char *answer = answers[i % 5];
        double start = starts[i / 5 % 5], gap = gaps[i / 25];
        for (size_t at = 1; at < strlen(answer); at++) {
            struct input *input = input_create();
            struct event event;
            double now = 1;
            int keys = 0;
            input_asked(input, now);
            input_feed(input, answer, at, now += start);
            while (input_next(input, &event, now))
                keys += event.key != PRESS_ESCAPE;
            for (double end = now + gap; now < end; now += gap / 8) /* as the loop would look */
                while (input_next(input, &event, now))
                    keys += event.key != PRESS_ESCAPE;
            input_feed(input, answer + at, strlen(answer) - at, now);
            while (input_next(input, &event, now += 1))
                keys += event.key != PRESS_ESCAPE;
            if (keys > 0 && typed++ < 12)
                print_error("%s at %g s, %zu bytes, then %g s: %d keys\n", answer + 1, start, at,
                    gap, keys);
            input_destroy(input);
        }
    }
    assert_int_equal(typed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_follows_wish_place_and_answers),
        cmocka_unit_test(answers_are_heard_and_lies_are_not),
        cmocka_unit_test(late_ends_are_no_keys),
        cmocka_unit_test(answers_in_two_pieces_never_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
