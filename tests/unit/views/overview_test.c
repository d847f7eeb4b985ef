/* The overview of a layer with more channels than columns: every channel is one click away. */
#include "views/charts/heatmap.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_channels_are_within_a_click)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
