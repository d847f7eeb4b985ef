/* The table of themes; colours of activations (cividis) and of differences; contrast. */
#include "views/cells/theme.h"

#include <math.h>
#include <string.h>

#define D CELL_DEFAULT

/* Okabe and Ito's blue and orange in the shade that reads on each ground: contrast >= 4.5. */
static const struct theme
    themes[] =
        {
            {
                .name = "dark",
                .help = "bright colours on the terminal's dark background",
                .dark = true,
                .ground = 0x11151a,
                .ink = 0xd7dde3,
                .role =
                    {
                        [ROLE_TEXT] = {D, D, 0},
                        [ROLE_STRONG] = {D, D, CELL_BOLD},
                        [ROLE_FAINT] = {0x98a2ad, D, 0},
                        [ROLE_GRID] = {0x616d7a, D, 0},
                        [ROLE_FRAME] = {0x5b6774, D, 0},
                        [ROLE_FOCUS] = {0xf0e442, D, CELL_BOLD},
                        [ROLE_BAR] = {0xd7dde3, 0x28323d, 0},
                        [ROLE_KEY] = {0xf0e442, D, CELL_BOLD},
                        [ROLE_CURSOR] = {0xffffff, 0x2f4a63, CELL_BOLD},
                        [ROLE_CLEAN] = {0x56b4e9, D, 0},
                        [ROLE_ATTACK] = {0xe88a34, D, 0},
                        [ROLE_BOTH] = {0xffffff, D, 0},
                        [ROLE_CLEAN_PAST] = {0x3f7da3, D, 0},
                        [ROLE_ATTACK_PAST] = {0x9c6734, D, 0},
                        [ROLE_PRUNED] = {0x87919c, D, 0},
                        [ROLE_NEXT] = {0xf0e442, D, CELL_BOLD},
                        [ROLE_GOOD] = {0x2fc49a, D, 0},
                        [ROLE_BAD] = {0xf0876c, D, CELL_BOLD},
                        [ROLE_WARNING] = {0xe0b040, D, 0},
                        [ROLE_RUN] = {0x06130f, 0x2fc49a, CELL_BOLD},
                        [ROLE_PAUSE] = {0x141100, 0xf0e442, CELL_BOLD},
                        [ROLE_DONE] = {0x04121c, 0x56b4e9, CELL_BOLD},
                        [ROLE_VIEWING] = {0x1a0d00, 0xe88a34, CELL_BOLD},
                    },
            },
            {
                .name = "light",
                .help = "dark colours on the terminal's light background",
                .ground = 0xffffff,
                .ink = 0x1b1f24,
                .role =
                    {
                        [ROLE_TEXT] = {D, D, 0},
                        [ROLE_STRONG] = {D, D, CELL_BOLD},
                        [ROLE_FAINT] = {0x5a636d, D, 0},
                        [ROLE_GRID] = {0x88919b, D, 0},
                        [ROLE_FRAME] = {0x7a848e, D, 0},
                        [ROLE_FOCUS] = {0x8a3d78, D, CELL_BOLD},
                        [ROLE_BAR] = {0x1b1f24, 0xdde3ea, 0},
                        [ROLE_KEY] = {0x8a3d78, D, CELL_BOLD},
                        [ROLE_CURSOR] = {0x000000, 0xc9e0f2, CELL_BOLD},
                        [ROLE_CLEAN] = {0x0068a3, D, 0},
                        [ROLE_ATTACK] = {0xb84f00, D, 0},
                        [ROLE_BOTH] = {0x000000, D, 0},
                        [ROLE_CLEAN_PAST] = {0x5b93b8, D, 0},
                        [ROLE_ATTACK_PAST] = {0xc07a48, D, 0},
                        [ROLE_PRUNED] = {0x69727c, D, 0},
                        [ROLE_NEXT] = {0x8a3d78, D, CELL_BOLD},
                        [ROLE_GOOD] = {0x00755a, D, 0},
                        [ROLE_BAD] = {0xb3261e, D, CELL_BOLD},
                        [ROLE_WARNING] = {0x8a5a00, D, 0},
                        [ROLE_RUN] = {0xffffff, 0x00755a, CELL_BOLD},
                        [ROLE_PAUSE] = {0x000000, 0xf0c800, CELL_BOLD},
                        [ROLE_DONE] = {0xffffff, 0x0068a3, CELL_BOLD},
                        [ROLE_VIEWING] = {0xffffff, 0xb84f00, CELL_BOLD},
                    },
            },
            {
                .name = "contrast",
                .help = "pure black and white with the strongest colours",
                .dark = true,
                .ground = 0x000000,
                .ink = 0xffffff,
                .role =
                    {
                        [ROLE_TEXT] = {0xffffff, 0x000000, 0},
                        [ROLE_STRONG] = {0xffffff, 0x000000, CELL_BOLD},
                        [ROLE_FAINT] = {0xe0e0e0, 0x000000, 0},
                        [ROLE_GRID] = {0x9a9a9a, 0x000000, 0},
                        [ROLE_FRAME] = {0xc0c0c0, 0x000000, 0},
                        [ROLE_FOCUS] = {0xffff00, 0x000000, CELL_BOLD},
                        [ROLE_BAR] = {0xffffff, 0x303030, CELL_BOLD},
                        [ROLE_KEY] = {0xffff00, 0x000000, CELL_BOLD | CELL_UNDERLINE},
                        [ROLE_CURSOR] = {0x000000, 0xffff00, CELL_BOLD},
                        [ROLE_CLEAN] = {0x66ccff, 0x000000, CELL_BOLD},
                        [ROLE_ATTACK] = {0xffa040, 0x000000, CELL_BOLD},
                        [ROLE_BOTH] = {0xffffff, 0x000000, CELL_BOLD},
                        [ROLE_CLEAN_PAST] = {0x4a8fb5, 0x000000, 0},
                        [ROLE_ATTACK_PAST] = {0xb87838, 0x000000, 0},
                        [ROLE_PRUNED] = {0xb8b8b8, 0x000000, 0},
                        [ROLE_NEXT] = {0xffff00, 0x000000, CELL_BOLD},
                        [ROLE_GOOD] = {0x40ffc0, 0x000000, CELL_BOLD},
                        [ROLE_BAD] = {0xff9080, 0x000000, CELL_BOLD},
                        [ROLE_WARNING] = {0xffd060, 0x000000, CELL_BOLD},
                        [ROLE_RUN] = {0x000000, 0x40ffc0, CELL_BOLD},
                        [ROLE_PAUSE] = {0x000000, 0xffff00, CELL_BOLD},
                        [ROLE_DONE] = {0x000000, 0x66ccff, CELL_BOLD},
                        [ROLE_VIEWING] = {0x000000, 0xffa040, CELL_BOLD},
                    },
            },
            {
                .name = "mono",
                .help = "no colours: only bold, reverse and marks",
                .dark = true,
                .ground = 0x000000,
                .ink = 0xffffff,
                .role =
                    {
                        [ROLE_TEXT] = {D, D, 0},
                        [ROLE_STRONG] = {D, D, CELL_BOLD},
                        [ROLE_FAINT] = {D, D, 0},
                        [ROLE_GRID] = {D, D, CELL_DIM},
                        [ROLE_FRAME] = {D, D, 0},
                        [ROLE_FOCUS] = {D, D, CELL_BOLD},
                        [ROLE_BAR] = {D, D, CELL_REVERSE},
                        [ROLE_KEY] = {D, D, CELL_BOLD | CELL_UNDERLINE},
                        [ROLE_CURSOR] = {D, D, CELL_REVERSE},
                        [ROLE_CLEAN] = {D, D, 0},
                        [ROLE_ATTACK] = {D, D, CELL_BOLD},
                        [ROLE_BOTH] = {D, D, CELL_BOLD},
                        [ROLE_CLEAN_PAST] = {D, D, CELL_DIM},
                        [ROLE_ATTACK_PAST] = {D, D, CELL_DIM},
                        [ROLE_PRUNED] = {D, D, 0},
                        [ROLE_NEXT] = {D, D, CELL_BOLD},
                        [ROLE_GOOD] = {D, D, CELL_BOLD},
                        [ROLE_BAD] = {D, D, CELL_BOLD},
                        [ROLE_WARNING] = {D, D, CELL_BOLD},
                        [ROLE_RUN] = {D, D, CELL_REVERSE | CELL_BOLD},
                        [ROLE_PAUSE] = {D, D, CELL_REVERSE | CELL_BOLD},
                        [ROLE_DONE] = {D, D, CELL_REVERSE | CELL_BOLD},
                        [ROLE_VIEWING] = {D, D, CELL_REVERSE | CELL_BOLD},
                    },
            },
};

/* Figures: the published colours, which are made for print; words stay black. */
static const struct theme paper = {
    .name = "paper",
    .help = "figures",
    .ground = 0xffffff,
    .ink = 0x000000,
    .role =
        {
            [ROLE_TEXT] = {0x000000, D, 0},
            [ROLE_STRONG] = {0x000000, D, CELL_BOLD},
            [ROLE_FAINT] = {0x505050, D, 0},
            [ROLE_GRID] = {0x949494, D, 0},
            [ROLE_FRAME] = {0x303030, D, 0},
            [ROLE_FOCUS] = {0x000000, D, 0},
            [ROLE_BAR] = {0x000000, 0xeeeeee, 0},
            [ROLE_KEY] = {0x000000, D, CELL_BOLD},
            [ROLE_CURSOR] = {0x000000, 0xdddddd, 0},
            [ROLE_CLEAN] = {0x0072b2, D, 0},
            [ROLE_ATTACK] = {0xd55e00, D, 0},
            [ROLE_BOTH] = {0x000000, D, 0},
            [ROLE_CLEAN_PAST] = {0x4a90bd, D, 0},
            [ROLE_ATTACK_PAST] = {0xc47a3d, D, 0},
            [ROLE_PRUNED] = {0x808080, D, 0},
            [ROLE_NEXT] = {0xcc79a7, D, 0},
            [ROLE_GOOD] = {0x009e73, D, 0},
            [ROLE_BAD] = {0xb3261e, D, 0},
            [ROLE_WARNING] = {0x505050, D, 0},
            [ROLE_RUN] = {0x000000, D, 0},
            [ROLE_PAUSE] = {0x000000, D, 0},
            [ROLE_DONE] = {0x000000, D, 0},
            [ROLE_VIEWING] = {0x000000, D, 0},
        },
};

/* cividis (Nuñez, Anderton, Renslow 2018) at even distances. */
static const uint32_t cividis[] = {0x00204d, 0x00306f, 0x2a406c, 0x48526b, 0x5e626e, 0x727374,
    0x878479, 0x9e9677, 0xb6a971, 0xd0be67, 0xead357, 0xffea46};

const struct theme *themes_at(int index)
{
    int n = sizeof themes / sizeof *themes;
    return index >= 0 && index < n ? &themes[index] : NULL;
}

const struct theme *theme_find(const char *name)
{
    for (int i = 0; name && themes_at(i); i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

const struct theme *theme_paper(void)
{
    return &paper;
}

struct cell theme_cell(const struct theme *theme, enum role role)
{
    const struct theme_colour *colour = &theme->role[role];
    return (struct cell){
        .glyph = ' ', .fg = colour->fg, .bg = colour->bg, .attributes = colour->attributes};
}

static uint32_t mix(uint32_t a, uint32_t b, double share)
{
    uint32_t mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        double x = a >> shift & 255, y = b >> shift & 255;
        mixed |= (uint32_t)lrint(x + (y - x) * share) << shift;
    }
    return mixed;
}

uint32_t theme_activation(double value)
{
    int last = sizeof cividis / sizeof *cividis - 1;
    double place = (value > 0 ? value < 1 ? value : 1 : 0) * last; /* not a number is 0 */
    int low = (int)place < last ? (int)place : last - 1;
    return mix(cividis[low], cividis[low + 1], place - low);
}

uint32_t theme_difference(const struct theme *theme, double value)
{
    uint32_t middle = theme->dark ? 0x2a3036 : 0xf7f7f7;
    uint32_t blue = theme->dark ? 0x56b4e9 : 0x0072b2;
    uint32_t orange = theme->dark ? 0xf08a30 : 0xd55e00;
    double size = fabs(value) < 1 ? fabs(value) : 1;
    return value < 0 ? mix(middle, blue, size) : mix(middle, orange, value > 0 ? size : 0);
}

static double luminance(uint32_t colour)
{
    static const double weight[] = {0.0722, 0.7152, 0.2126};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double c = (colour >> (8 * i) & 255) / 255.0;
        sum += weight[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}
