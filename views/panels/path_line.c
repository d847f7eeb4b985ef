/* The path from opened to judged in a row of cells; where there is little room, in bare words. */
#include "views/panels/path_line.h"

#include "views/facts/defence_path.h"

#include <stdio.h>
#include <string.h>

static const char *mark_of(const struct defence_path *path, int step)
{
    bool bad = step == PATH_JUDGED && defence_path_bad(path);
    return step == path->now ? "►" : bad ? "!" : path->done[step] ? "✓" : "·";
}

static enum role role_of(const struct defence_path *path, int step)
{
    bool bad = step == PATH_JUDGED && defence_path_bad(path);
    return step == path->now         ? ROLE_STRONG
           : bad                     ? ROLE_BAD
           : path->done[step]        ? ROLE_GOOD
           : step == (int)path->next ? ROLE_NEXT
                                     : ROLE_FAINT;
}

/* Bit i of `brief`: step i in its bare word. */
static void step_text(
    const struct defence_path *path, int step, unsigned brief, char *text, size_t size)
{
    snprintf(text, size, "%s %s", mark_of(path, step),
        brief >> step & 1 ? path->word[step] : path->said[step]);
}

static int width_of(const struct pane *pane, const struct defence_path *path, unsigned brief)
{
    int width = 3 * (N_PATH_STEPS - 1);
    for (int i = 0; i < N_PATH_STEPS; i++) {
        char text[PATH_SAID + 8];
        step_text(path, i, brief, text, sizeof text);
        width += pane_width(pane, text);
    }
    return width;
}

/* What was said of the steps goes where there is no room, of the result last. */
static unsigned brief_of(const struct pane *pane, const struct defence_path *path, int room)
{
    static const enum path_step order[] = {
        PATH_OPENED, PATH_REPAIRED, PATH_INVERTED, PATH_FOUND, PATH_JUDGED};
    unsigned brief = 0;
    for (int i = 0; i < N_PATH_STEPS && width_of(pane, path, brief) > room; i++)
        brief |= 1U << order[i];
    return brief;
}

void path_line_draw(const struct pane *pane, const struct snapshot *s, const char *todo, int row)
{
    struct defence_path path;
    char next[96], text[PATH_SAID + 8];
    defence_path_of(s, &path);
    snprintf(next, sizeof next, "%s", todo ? todo : "");
    int least = width_of(pane, &path, ~0U), wide = pane_width(pane, next);
    bool steps = least + 2 <= pane->columns;
    if (steps && least + wide + 4 > pane->columns && strncmp(next, "next ", 5) == 0)
        memmove(next, next + 5, strlen(next) - 4), wide -= 5;
    bool key = !steps || least + wide + 4 <= pane->columns;
    unsigned brief = brief_of(pane, &path, pane->columns - 2 - (key ? wide + 2 : 0));
    for (int i = 0, at = 1; steps && i < N_PATH_STEPS; i++) {
        step_text(&path, i, brief, text, sizeof text);
        at = i > 0 ? pane_text(pane, at, row, ROLE_FAINT, " → ") : at;
        at = pane_text(pane, at, row, role_of(&path, i), text);
    }
    if (key)
        pane_right(pane, pane->columns - 1, row, ROLE_KEY, "%s", next);
}
