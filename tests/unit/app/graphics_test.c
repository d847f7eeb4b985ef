/* Pictures in a terminal's own pixels: what is sent is decoded back and compared, pixel by pixel;
 * what is on the screen after frames that move, change and cover them. */
#include "app/graphics/base64.h"
#include "app/graphics/graphics.h"
#include "app/graphics/graphics_code.h"
#include "engine/base/memory.h"

#include "tests/test.h"

#include <math.h>

#include <zlib.h>

enum { WIDTH = 13, HEIGHT = 17, WIDE = 130, HIGH = 340 };

static void draw(uint8_t *rgb, int seed)
{
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        rgb[i] = (uint8_t)((i * 37 + seed * 91 + i / 39 * 11) % 256);
}

static int letter(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static size_t decode(const char *text, size_t n, uint8_t *out)
{
    size_t bytes = 0;
    unsigned group = 0;
    int bits = 0;
    for (size_t i = 0; i < n && letter(text[i]) >= 0; i++) {
        group = group << 6 | (unsigned)letter(text[i]);
        if ((bits += 6) >= 8)
            out[bytes++] = (uint8_t)(group >> (bits -= 8));
    }
    return bytes;
}

static void base64_is_that_of_the_rfc(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (int i = 0; i < 7; i++) {
        char *coded = base64_of((const unsigned char *)pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(coded, pairs[i][1]);
        free(coded);
    }
}

static void kitty_sends_every_pixel(void **state)
{
    (void)state;
    static uint8_t rgb[200 * 150 * 3], packed[sizeof rgb + 1024], back[sizeof rgb];
    unsigned random = 1;
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
    char *code = graphics_kitty_image(77, rgb, 200, 150);
    assert_int_equal(strncmp(code, "\033_Ga=t,q=2,i=77,f=24,o=z,s=200,v=150,m=1;", 40), 0);
    size_t n = 0;
    for (const char *at = strstr(code, "\033_G"); at; at = strstr(at + 1, "\033_G")) {
        const char *data = strchr(at, ';') + 1, *end = strstr(data, "\033\\");
        bool more = strstr(at, "m=1") && strstr(at, "m=1") < data;
        assert_true(end - data <= 4096 && (end - data) % 4 == 0);
        assert_true(more == (strstr(end, "\033_G") != NULL)); /* the last one says so */
        n += decode(data, (size_t)(end - data), packed + n);
    }
    uLongf size = sizeof back;
    assert_int_equal(uncompress(back, &size, packed, n), Z_OK);
    assert_int_equal(size, sizeof rgb);
    assert_memory_equal(back, rgb, sizeof rgb);
    free(code);
}

/* A plain reader of sixel: rgb[high][wide][3]; false where it is none. */
static bool read_sixel(const char *code, uint8_t *rgb, int wide, int high)
{
    static uint8_t palette[1024][3];
    const char *at = strchr(code, 'q');
    int x = 0, y = 0, colour = 0;
    if (strncmp(code, "\033P", 2) != 0 || !at)
        return false;
    for (at++; *at && *at != '\033'; at++) {
        int repeat = 1;
        if (*at == '"') {
            at += strspn(at + 1, "0123456789;");
        } else if (*at == '#') {
            int v[5] = {0}, n = 0;
            char *rest = (char *)(uintptr_t)at;
            do
                v[n++] = (int)strtol(rest + 1, &rest, 10);
            while (*rest == ';' && n < 5);
            colour = v[0];
            for (int k = 0; n == 5 && k < 3; k++)
                palette[colour][k] = (uint8_t)((v[2 + k] * 255 + 50) / 100);
            at = rest - 1;
        } else if (*at == '$' || *at == '-') {
            x = 0, y += *at == '-' ? 6 : 0;
        } else {
            if (*at == '!') {
                char *rest;
                repeat = (int)strtol(at + 1, &rest, 10);
                at = rest;
            }
            if (*at < '?' || *at > '~')
                return false;
            for (; repeat > 0; repeat--, x++)
                for (int bit = 0; bit < 6; bit++)
                    if ((*at - '?') >> bit & 1) {
                        if (x >= wide || y + bit >= high)
                            return false;
                        memcpy(rgb + 3 * ((y + bit) * wide + x), palette[colour], 3);
                    }
        }
    }
    return *at == '\033' && at[1] == '\\';
}

static void sixel_shows_every_pixel(void **state)
{
    (void)state;
    static uint8_t rgb[WIDTH * HEIGHT * 3], back[WIDE * HIGH * 3];
    size_t size;
    draw(rgb, 3);
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++) /* at most 4 x 4 x 4 colours: none is lost */
        rgb[i] = (uint8_t)(rgb[i] / 64 * 85);
    char *code = graphics_sixel_image(rgb, WIDTH, HEIGHT, WIDE, HIGH, &size);
    assert_non_null(code);
    assert_int_equal(size, strlen(code));
    assert_true(read_sixel(code, back, WIDE, HIGH));
    for (int y = 0; y < HIGH; y++)
        for (int x = 0; x < WIDE; x++)
            for (int k = 0; k < 3; k++) {
                int from = rgb[(y * HEIGHT / HIGH * WIDTH + x * WIDTH / WIDE) * 3 + k];
                assert_true(abs(back[(y * WIDE + x) * 3 + k] - from) <= 2); /* whole percents */
            }
    free(code);
}

/* Twelve thousand colours in 256: what is lost is little, and not all on one side. */
static void sixel_keeps_the_colours_of_many(void **state)
{
    (void)state;
    enum { SIDE = 110 };
    static uint8_t rgb[SIDE * SIDE * 3], back[SIDE * SIDE * 3];
    double sum = 0, sides = 0;
    int most = 0;
    size_t size;
    for (int i = 0; i < SIDE * SIDE; i++) {
        int x = i % SIDE, y = i / SIDE;
        const int colour[3] = {2 * x + 20, 2 * y + 10, (x * y / 60 + 55) % 256};
        for (int k = 0; k < 3; k++)
            rgb[3 * i + k] = (uint8_t)colour[k];
    }
    char *code = graphics_sixel_image(rgb, SIDE, SIDE, SIDE, SIDE, &size);
    assert_true(read_sixel(code, back, SIDE, SIDE));
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        int off = back[i] - rgb[i];
        sum += abs(off);
        sides += off;
        most = abs(off) > most ? abs(off) : most;
    }
    int n = 3 * SIDE * SIDE;
    assert_true(sum / n < 6 && most < 48 && fabs(sides / n) < 0.5);
    free(code);
}

/* --- frames --- */

/* What a terminal of kitty's kind shows: places by number of image and place. */
struct screen {
    int n;
    struct {
        unsigned image, place;
        int column, row, columns, rows;
    } at[64];
    unsigned sent[64];
    int n_sent, transmitted;
};

static unsigned number_of(const char *command, const char *key, const char *end)
{
    const char *at = strstr(command, key);
    return at && at < end ? (unsigned)strtoul(at + strlen(key), NULL, 10) : 0;
}

static void obey(struct screen *screen, const char *bytes)
{
    int row = 0, column = 0;
    for (const char *at = strchr(bytes, '\033'); at; at = strchr(at + 1, '\033')) {
        if (at[1] == '[')
            sscanf(at + 2, "%d;%dH", &row, &column);
        if (at[1] != '_')
            continue;
        const char *end = strstr(at, "\033\\");
        unsigned image = number_of(at, "i=", end), place = number_of(at, ",p=", end);
        if (strncmp(at + 3, "a=t", 3) == 0) {
            screen->sent[screen->n_sent++ % 64] = image;
            screen->transmitted++;
        } else if (strncmp(at + 3, "a=p", 3) == 0) {
            bool known = false;
            for (int i = 0; i < 64; i++)
                known = known || screen->sent[i] == image;
            assert_true(known && row > 0 && column > 0);
            screen->at[screen->n].image = image, screen->at[screen->n].place = place;
            screen->at[screen->n].row = row - 1, screen->at[screen->n].column = column - 1;
            screen->at[screen->n].columns = (int)number_of(at, ",c=", end);
            screen->at[screen->n++].rows = (int)number_of(at, ",r=", end);
        } else if (strncmp(at + 3, "a=d,d=i", 7) == 0) {
            int before = screen->n;
            for (int i = 0; i < screen->n; i++)
                if (screen->at[i].image == image && screen->at[i].place == place)
                    screen->at[i--] = screen->at[--screen->n];
            assert_int_equal(screen->n, before - 1); /* never what is not there */
        } else if (strncmp(at + 3, "a=d,d=A", 7) == 0) {
            screen->n = 0;
        }
        at = end;
    }
}

static void fill_text(struct cells *cells)
{
    cells_clear(cells);
    cells_fill(cells, (struct area){0, 0, cells->columns, cells->rows},
        (struct cell){'.', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
}

/* Every cell under a shown picture is a cover, and no other; no mark is left. */
static void check(const struct screen *screen, const struct cells *cells, int n)
{
    assert_int_equal(screen->n, n);
    for (int i = 0; i < cells->columns * cells->rows; i++) {
        int x = i % cells->columns, y = i / cells->columns;
        bool under = false;
        for (int k = 0; k < screen->n; k++)
            under = under || (x >= screen->at[k].column && y >= screen->at[k].row &&
                                 x < screen->at[k].column + screen->at[k].columns &&
                                 y < screen->at[k].row + screen->at[k].rows);
        assert_true((cells->cell[i].glyph == GRAPHICS_COVER) == under);
        assert_false(cells->cell[i].attributes & CELL_PICTURE);
    }
}

static void pictures_come_move_and_go(void **state)
{
    (void)state;
    uint8_t one[WIDTH * HEIGHT * 3], two[WIDTH * HEIGHT * 3];
    struct graphics *graphics = graphics_create();
    struct screen screen = {0};
    struct cells cells;
    draw(one, 1), draw(two, 2);
    cells_init(&cells, 60, 20);
    assert_true(graphics_use(graphics, GRAPHICS_KITTY, 0, 0));
    assert_false(graphics_use(graphics, GRAPHICS_KITTY, 0, 0));
    for (int frame = 0; frame < 40; frame++) {
        int n = 0;
        fill_text(&cells);
        if (frame % 4 != 3) {
            cells_picture(&cells, (struct area){frame % 7, 2, 13, 9}, one, WIDTH, HEIGHT);
            n++;
        }
        if (frame % 3) {
            cells_picture(
                &cells, (struct area){30, frame % 5, 13, 9}, frame % 2 ? one : two, WIDTH, HEIGHT);
            n++;
        }
        if (frame % 8 == 1) { /* something lies over a corner of the first */
            cells_put(&cells, frame % 7 + 12, 10, (struct cell){'#', 0, 0, 0, 0});
            n--;
        }
        graphics_plan(graphics, &cells);
        obey(&screen, graphics_bytes(graphics, false));
        check(&screen, &cells, n);
    }
    assert_true(screen.transmitted == 2); /* pixels cross the line once */
    graphics_plan(graphics, &cells);
    assert_string_equal(graphics_bytes(graphics, false), "");
    fill_text(&cells);
    graphics_plan(graphics, &cells);
    obey(&screen, graphics_bytes(graphics, false));
    check(&screen, &cells, 0);
    cells_finish(&cells);
    graphics_destroy(graphics);
}

/* More faces than are remembered: nothing is shown that the terminal does not have. */
static void many_pictures_stay_bounded(void **state)
{
    (void)state;
    uint8_t rgb[WIDTH * HEIGHT * 3];
    struct graphics *graphics = graphics_create();
    struct screen screen = {0};
    struct cells cells;
    cells_init(&cells, 60, 20);
    graphics_use(graphics, GRAPHICS_KITTY, 0, 0);
    for (int frame = 0; frame < 300; frame++) {
        draw(rgb, frame);
        fill_text(&cells);
        cells_picture(&cells, (struct area){3, 3, 13, 9}, rgb, WIDTH, HEIGHT);
        graphics_plan(graphics, &cells);
        const char *bytes = graphics_bytes(graphics, frame == 150);
        assert_true(strlen(bytes) < 4096);
        obey(&screen, bytes);
        assert_non_null(strstr(bytes, "a=p"));
        check(&screen, &cells, 1);
    }
    cells_finish(&cells);
    graphics_destroy(graphics);
}

/* A sixel at the last row would scroll the screen; one too large to send stays in blocks. */
static void sixel_keeps_off_the_last_row_and_small(void **state)
{
    (void)state;
    uint8_t rgb[WIDTH * HEIGHT * 3];
    static uint8_t noise[300 * 300 * 3];
    struct graphics *graphics = graphics_create();
    struct cells cells;
    unsigned random = 1;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
    draw(rgb, 1);
    cells_init(&cells, 60, 20);
    graphics_use(graphics, GRAPHICS_SIXEL, 10, 20);
    for (int top = 10; top <= 11; top++) {
        fill_text(&cells);
        cells_picture(&cells, (struct area){3, top, 13, 9}, rgb, WIDTH, HEIGHT);
        graphics_plan(graphics, &cells);
        assert_true((strstr(graphics_bytes(graphics, true), "\033P") != NULL) == (top == 10));
        assert_true((cells.cell[15 * 60 + 5].glyph == GRAPHICS_COVER) == (top == 10));
    }
    fill_text(&cells);
    cells_picture(&cells, (struct area){0, 0, 30, 15}, noise, 300, 300);
    graphics_plan(graphics, &cells);
    assert_string_equal(graphics_bytes(graphics, true), "");
    assert_int_equal(cells.cell[0].glyph, '.');
    graphics_use(graphics, GRAPHICS_SIXEL, 128, 128); /* a liar's cells: 16 million pixels */
    fill_text(&cells);
    cells_picture(&cells, (struct area){0, 0, 58, 18}, rgb, WIDTH, HEIGHT);
    graphics_plan(graphics, &cells);
    assert_string_equal(graphics_bytes(graphics, true), "");
    cells_finish(&cells);
    graphics_destroy(graphics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_the_rfc),
        cmocka_unit_test(kitty_sends_every_pixel),
        cmocka_unit_test(sixel_shows_every_pixel),
        cmocka_unit_test(sixel_keeps_the_colours_of_many),
        cmocka_unit_test(pictures_come_move_and_go),
        cmocka_unit_test(many_pictures_stay_bounded),
        cmocka_unit_test(sixel_keeps_off_the_last_row_and_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
