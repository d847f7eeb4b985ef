/* The colours of a report. Figures are drawn in those of the paper theme; on dark ground each is
 * shown as the dark theme has it. */
#include "app/report/report_theme.h"

#include "views/cells/theme.h"

#include <stddef.h>

static const struct report_colour colours[] = {
    {"paper", 0xffffff, 0x15181c, false},
    {"ink", 0x1b1f24, 0xe4e7eb, true},
    {"soft", 0x5b6470, 0x9aa4b0, true},
    {"link", 0x0068a3, 0x6cbcf0, true},
    {"line", 0xd6dae0, 0x343a42, false},
    {"band", 0xf5f6f8, 0x1c2026, false},
};
enum { N_COLOURS = sizeof colours / sizeof *colours };

const struct report_colour *report_theme_at(int index)
{
    return index >= 0 && index < N_COLOURS ? &colours[index] : NULL;
}

static bool there(const struct report_colour *list, int n, uint32_t light)
{
    bool found = false;
    for (int i = 0; i < n; i++)
        found = found || list[i].light == light;
    return found;
}

int report_theme_figures(struct report_colour list[REPORT_FIGURE_COLOURS])
{
    const struct theme *paper = theme_paper(), *dark = theme_find("dark");
    int n = 0;
    list[n++] = (struct report_colour){"ground", paper->ground, colours[0].dark, false};
    list[n++] = (struct report_colour){"ink", paper->ink, colours[1].dark, true};
    for (int role = ROLE_TEXT; role < N_ROLES && n < REPORT_FIGURE_COLOURS; role++) {
        uint32_t light = paper->role[role].fg, shown = dark->role[role].fg;
        if (light == CELL_DEFAULT || there(list, n, light))
            continue;
        list[n++] = (struct report_colour){
            "figure", light, shown == CELL_DEFAULT ? colours[1].dark : shown, role == ROLE_FAINT};
    }
    return n;
}

static void write_variables(FILE *out, bool dark)
{
    fprintf(out, ":root{color-scheme:%s;", dark ? "dark" : "light");
    for (int i = 0; i < N_COLOURS; i++)
        fprintf(out, "--%s:#%06x;", colours[i].name, dark ? colours[i].dark : colours[i].light);
    fputs("}\n", out);
}

void report_theme_write(FILE *out)
{
    struct report_colour list[REPORT_FIGURE_COLOURS];
    int n = report_theme_figures(list);
    write_variables(out, false);
    fputs("@media screen and (prefers-color-scheme:dark){\n", out);
    write_variables(out, true);
    for (int i = 0; i < n; i++)
        fprintf(out,
            ".drawing [fill=\"#%06x\"]{fill:#%06x}.drawing [stroke=\"#%06x\"]{stroke:#%06x}\n",
            list[i].light, list[i].dark, list[i].light, list[i].dark);
    fputs("}\n", out);
}
