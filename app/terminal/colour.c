/* Colour depth, and the nearest colour in it. */
#include "app/terminal/colour.h"

#include "views/cells/cells.h"
#include "views/cells/theme.h"

#include <stdlib.h>
#include <string.h>

static bool starts(const char *text, const char *beginning)
{
    return text && strncmp(text, beginning, strlen(beginning)) == 0;
}

static enum depth of_terminfo(int colors)
{
    return colors >= 1 << 24 ? DEPTH_TRUE
           : colors >= 256   ? DEPTH_256
           : colors >= 8     ? DEPTH_16
                             : DEPTH_MONO;
}

enum depth colour_depth(const struct colour_environment *e)
{
    static const struct {
        const char *word;
        enum depth depth;
    } words[] = {{"truecolor", DEPTH_TRUE}, {"256", DEPTH_256}, {"16", DEPTH_16},
        {"mono", DEPTH_MONO}, {"never", DEPTH_MONO}};
    enum depth own = of_terminfo(e->terminfo_colors);
    for (size_t i = 0; e->color && i < sizeof words / sizeof *words; i++)
        if (strcmp(e->color, words[i].word) == 0)
            return words[i].depth == DEPTH_TRUE || words[i].depth < own ? words[i].depth : own;
    if (e->no_color && *e->no_color)
        return DEPTH_MONO;
    /* GNU screen hands COLORTERM on but has no direct colours; tmux translates them. */
    bool screen = starts(e->term, "screen") && !e->inside_tmux;
    bool plain = own == DEPTH_MONO || starts(e->term, "linux") || screen;
    if (e->colorterm && !plain &&
        (strcmp(e->colorterm, "truecolor") == 0 || strcmp(e->colorterm, "24bit") == 0))
        return DEPTH_TRUE;
    return own;
}

static int square(int a)
{
    return a * a;
}

static int distance(uint32_t a, uint32_t b)
{
    int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
    int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
    int blue = (int)(a & 255) - (int)(b & 255);
    return 3 * square(red) + 4 * square(green) + 2 * square(blue); /* about as eyes weigh them */
}

static int level_of(int value)
{
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

/* The colour cube or the grey ramp of xterm, whichever is nearer. */
static int xterm_number(uint32_t rgb)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    int red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255;
    int r = level_of(red), g = level_of(green), b = level_of(blue);
    uint32_t cube = (uint32_t)(levels[r] << 16 | levels[g] << 8 | levels[b]);
    int step = ((red + green + blue) / 3 - 3) / 10;
    step = step < 0 ? 0 : step > 23 ? 23 : step;
    uint32_t grey = (uint32_t)(8 + 10 * step) * 0x010101u;
    return distance(rgb, grey) < distance(rgb, cube) ? 232 + step : 16 + 36 * r + 6 * g + b;
}

/* ANSI colours as most terminals show them. */
static int ansi_number(int colors, uint32_t rgb)
{
    static const uint32_t palette[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x2040ee, 0xcd00cd,
        0x00cdcd, 0xd5d5d5, 0x7f7f7f, 0xff4040, 0x40ff40, 0xffff40, 0x5c8cff, 0xff60ff, 0x60ffff,
        0xffffff};
    int best = 0, n = colors < 16 ? 8 : 16;
    for (int i = 1; i < n; i++)
        if (distance(rgb, palette[i]) < distance(rgb, palette[best]))
            best = i;
    return best;
}

int colour_number(enum depth depth, int colors, uint32_t rgb)
{
    if (rgb & CELL_DEFAULT || depth == DEPTH_MONO)
        return -1;
    if (depth == DEPTH_TRUE) /* 0..7 would mean the ANSI colours */
        return rgb > 0 && rgb < 8 ? 8 : (int)rgb;
    return depth == DEPTH_256 ? xterm_number(rgb) : ansi_number(colors, rgb);
}

/* 1 to 4 hexadecimal digits as a share of what they can say, in 0..255. */
static bool channel(const char **at, int *value)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    size_t n = strspn(*at, digits);
    if (n < 1 || n > 4)
        return false;
    long number = strtol(*at, NULL, 16);
    *value = (int)((number * 255 + (1 << (4 * n - 1))) / ((1 << 4 * n) - 1));
    *value = *value > 255 ? 255 : *value;
    *at += n;
    return true;
}

bool colour_read(const char *text, uint32_t *rgb)
{
    int value[3];
    if (*text == '#') {
        char *end;
        unsigned long number = strtoul(text + 1, &end, 16);
        if (end != text + 7 || *end || text[1] == '-' || text[1] == '+')
            return false;
        *rgb = (uint32_t)number;
        return true;
    }
    if (!starts(text, "rgb:") && !starts(text, "rgba:"))
        return false;
    text = strchr(text, ':') + 1;
    for (int i = 0; i < 3; i++) {
        if (!channel(&text, &value[i]) || (i < 2 && *text != '/'))
            return false;
        text += i < 2;
    }
    *rgb = (uint32_t)(value[0] << 16 | value[1] << 8 | value[2]);
    return *text == '\0' || *text == '/';
}

bool colour_of_fgbg(const char *text, uint32_t *rgb)
{
    const char *last = text ? strrchr(text, ';') : NULL;
    if (!last || last[1] < '0' || last[1] > '9')
        return false;
    int number = atoi(last + 1);
    if (number > 15)
        return false;
    *rgb = number == 7 || number > 8 ? 0xffffff : 0;
    return true;
}

bool colour_is_light(uint32_t rgb)
{
    return theme_contrast(rgb, 0) > theme_contrast(rgb, 0xffffff);
}
