/* What a terminal answers: its background, its level, graphics, the size of a cell. */
#include "app/terminal/answers.h"

#include "app/terminal/colour.h"

#include <stdio.h>
#include <string.h>

#define ESC '\033'
static const double answer_late = 10; /* seconds: then nothing is expected any more */

bool answers_wanted(const struct answers *answers, double now)
{
    return answers->asked && !answers->has_ground && now - answers->asked_at < answer_late;
}

/* "Gi=31;OK"; any other text is no. */
void answers_kitty(struct answers *answers, const char *bytes, size_t n)
{
    static const char yes[] = "Gi=31;OK";
    if (n == sizeof yes - 1 && memcmp(bytes, yes, n) == 0)
        answers->graphics.kitty = true;
}

/* "?62;4;22": the first number is the terminal's level, 4 among the others is sixel. */
void answers_attributes(struct answers *answers, const char *text)
{
    answers->answered = true;
    for (const char *at = strchr(text, ';'); at; at = strchr(at + 1, ';'))
        if (at[1] == '4' && (at[2] == ';' || at[2] == 'c'))
            answers->graphics.sixel = true;
}

/* "6;HEIGHT;WIDTH" of a cell. */
void answers_cell_size(struct answers *answers, const int numbers[3])
{
    if (!graphics_cell_size(numbers[2], numbers[1]))
        return;
    answers->graphics.cell_width = numbers[2];
    answers->graphics.cell_height = numbers[1];
}

/* "11;rgb:ffff/ffff/ffff" and its like. */
void answers_ground(struct answers *answers, const char *bytes, size_t n)
{
    char text[64];
    uint32_t rgb;
    if (n < 3 || n >= sizeof text || memcmp(bytes, "11;", 3) != 0)
        return;
    snprintf(text, sizeof text, "%.*s", (int)(n - 3), bytes + 3);
    if (!colour_read(text, &rgb))
        return;
    answers->ground = rgb;
    answers->has_ground = answers->answered = true;
}

/* An answer whose beginning came long ago and was given up: how many bytes are its end. */
static size_t late_answer(struct answers *answers, const char *bytes, size_t n)
{
    static const char begins[] = "]11;";
    size_t i = 0;
    if (!answers->asked || answers->has_ground)
        return 0;
    bool whole = n >= 4 && memcmp(bytes, begins, 4) == 0;
    i = whole ? 4 : 0;
    while (i < n && bytes[i] && strchr("0123456789abcdefABCDEF/:;rg#", bytes[i]))
        i++;
    bool ends = i < n && bytes[i] == '\a';
    bool ends_long = i + 1 < n && bytes[i] == ESC && bytes[i + 1] == '\\';
    if (whole)
        answers_ground(answers, bytes + 1, i - 1);
    return ends ? i + 1 : ends_long ? i + 2 : whole ? i : 0;
}

/* The same of the other questions, whole in one piece: "[6;20;10t", "[?62;4c", "_Gi=31;OK". Nobody
 * types these at once. */
static size_t late_report(struct answers *answers, const char *bytes, size_t n)
{
    static const struct {
        const char *begins, *goes_on;
        char ends;
    } reports[] = {{"[6;", "0123456789;", 't'}, {"[?", "0123456789;", 'c'},
        {"_Gi=31;", "ABCDEFGHIJKLMNOPQRSTUVWXYZ:_ ", ESC},
        {"Gi=31;", "ABCDEFGHIJKLMNOPQRSTUVWXYZ:_ ", ESC}};
    for (size_t k = 0; k < sizeof reports / sizeof *reports; k++) {
        size_t at = strlen(reports[k].begins);
        if (!answers->asked || n <= at || memcmp(bytes, reports[k].begins, at) != 0)
            continue;
        while (at < n && bytes[at] && strchr(reports[k].goes_on, bytes[at]))
            at++;
        if (at == n || bytes[at] != reports[k].ends)
            continue;
        return reports[k].ends != ESC ? at + 1 : at + 1 < n && bytes[at + 1] == '\\' ? at + 2 : 0;
    }
    return 0;
}

void answers_break(struct answers *answers, char kind)
{
    answers->broken = answers->asked ? kind : 0;
}

/* The end of what was given up, or all of a piece in its middle. A person types one byte at a
 * time: one alone is the end only where it is the last of such an answer. */
static size_t late_end(struct answers *answers, const char *bytes, size_t n)
{
    static const char report[] = "0123456789;?", text[] = "0123456789abcdefABCDEF/:;rg#=GOKi_-";
    bool csi = answers->broken == '[';
    size_t i = 0;
    if (!answers->broken)
        return 0;
    while (i < n && bytes[i] && strchr(csi ? report : text, bytes[i]))
        i++;
    bool goes_on = i == n && n > 1;
    bool ends = i < n && (csi ? bytes[i] == 't' || bytes[i] == 'c' : bytes[i] == '\a');
    bool ends_long = !csi && i + 1 < n && bytes[i] == ESC && bytes[i + 1] == '\\';
    bool ends_split = !csi && i == 0 && n > 0 && bytes[0] == '\\';
    answers->broken = goes_on ? answers->broken : 0;
    return goes_on ? n : ends || ends_split ? i + 1 : ends_long ? i + 2 : 0;
}

size_t answers_late(struct answers *answers, const char *bytes, size_t n)
{
    size_t late = late_answer(answers, bytes, n);
    late = late ? late : late_report(answers, bytes, n);
    size_t end = late_end(answers, bytes, n);
    return late ? late : end;
}
