/* The overview of a layer with more channels than columns: every channel is one click away. */
#include "tests/screens/sample.h"
#include "views/charts/heatmap.h"
#include "views/panels/views.h"

#include "engine/base/memory.h"

#include <stdlib.h>

#include "tests/test.h"

enum { CHANNELS = 2000, COLUMNS = 78 };

static void all_channels_are_within_a_click(void **state)
{
    const struct canvas metrics = {.em = 1, .line = 1};
    const struct snapshot snapshot = {.n_channels = CHANNELS};
    struct channels channels = {.n = CHANNELS, .most = 1, .most_difference = 1};
    channels.order = memory_array(CHANNELS, sizeof *channels.order);
    (void)state;
    for (int i = 0; i < CHANNELS; i++)
        channels.order[i] = i;
    for (int rows = 3; rows <= 9; rows++) {
        const struct canvas_box box = {0, 0, COLUMNS, rows};
        struct heatmap map;
        channels.cursor = 1000;
        assert_true(heatmap_fit(&map, &metrics, &snapshot, &channels, box));
        assert_true(map.n < CHANNELS && map.overview >= 0 && map.overview < rows);
        int columns = (int)(map.n * map.column), last = -1;
        for (int x = 0; x < columns; x++) {
            int place = heatmap_place(&map, map.label + x, map.overview);
            assert_true(place > last && place - last <= map.n); /* none is skipped over */
            last = place;
        }
        assert_true(CHANNELS - 1 - last <= map.n);
        assert_int_equal(heatmap_place(&map, map.label, map.overview), 0);
        assert_int_equal(heatmap_place(&map, map.label, 0), map.first);
        assert_int_equal(heatmap_place(&map, map.label - 1, map.overview), -1);
        assert_int_equal(heatmap_place(&map, map.label + columns, map.overview), -1);
    }
    channels.n = 40; /* all of them are seen: there is none */
    channels.cursor = 0;
    struct heatmap map;
    assert_true(
        heatmap_fit(&map, &metrics, &snapshot, &channels, (struct canvas_box){0, 0, COLUMNS, 6}));
    assert_true(map.overview < 0);
    free(channels.order);
}

/* A layer of 2,000 channels in the panel itself. */
static struct snapshot *wide(void)
{
    struct snapshot *s = sample_create(&(struct sample_options){.n_images = 10, .n_rounds = 1});
    struct channel_activation *activations = memory_array(CHANNELS, sizeof *activations);
    for (int c = 0; c < CHANNELS; c++)
        activations[c].mean[SET_CLEAN] = (float)(c % 7);
    s->activations = activations;
    s->n_channels = CHANNELS;
    s->n_ranking = 0;
    return s;
}

static const struct area inside = {1, 17, COLUMNS, 4};

/* The row of the panel on which a click goes from the first channel near the last: the overview. */
static int overview_row(const struct view *view, const struct snapshot *s)
{
    for (int row = inside.row; row < inside.row + inside.rows; row++) {
        struct view_state v = {.viewed = -1};
        if (view->click(s, &v, inside.column + 70, row, inside) && v.channel > CHANNELS / 2)
            return row;
    }
    return -1;
}

static void the_overview_is_dragged_and_turned(void **state)
{
    (void)state;
    struct snapshot *s = wide();
    const struct view *view = views_find("channels");
    struct view_state v = {.viewed = -1};
    int row = overview_row(view, s);
    assert_true(row >= 0);
    view->click(s, &v, inside.column + 20, row, inside);
    int clicked = v.channel;
    assert_true(clicked > 0 && clicked < CHANNELS / 2);
    v.dragging = true;
    view->click(s, &v, inside.column + 50, row - 9, inside); /* the pointer may leave the line */
    assert_true(v.channel > clicked);
    view->click(s, &v, 500, row, inside); /* and the panel */
    assert_true(v.channel > CHANNELS - 60);
    view->click(s, &v, -500, row, inside);
    assert_int_equal(v.channel, 0);
    v.dragging = false;
    assert_true(view->wheel(s, &v, inside.column + 5, row, inside, -1));
    int turned = v.channel;
    assert_true(turned > 10 && turned < COLUMNS);
    assert_true(view->wheel(s, &v, inside.column + 5, row, inside, 1));
    assert_int_equal(v.channel, 0);
    view->click(s, &v, inside.column + 12, inside.row, inside); /* not on the overview */
    v.dragging = true;
    int stays = v.channel;
    view->click(s, &v, inside.column + 60, row, inside); /* what began elsewhere stays there */
    assert_int_equal(v.channel, stays);
    v.dragging = false;
    view->move(s, &v, MOVE_FIRST, inside);
    view->move(s, &v, MOVE_PAGE_DOWN, inside);
    assert_true(v.channel > 40 && v.channel < COLUMNS); /* a page is what is shown */
    free((void *)s->activations);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_channels_are_within_a_click),
        cmocka_unit_test(the_overview_is_dragged_and_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
