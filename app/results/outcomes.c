/* Rows that stand beside clean accuracy and ASR, as text and as CSV. */
#include "app/results/outcomes.h"

#include "app/results/results.h"
#include "engine/measures/number.h"

#include <string.h>

enum { CELL = 28 };

const char *outcomes_target(const struct attacked *attacked, char text[OUTCOMES_TARGET])
{
    char target[TARGET_TEXT];
    snprintf(text, OUTCOMES_TARGET, "%s%s%s", attacked->target.kind == TARGET_CLASS ? "class " : "",
        target_text(&attacked->target, target),
        attacked->target.kind == TARGET_SHIFT ? " (a map)" : "");
    return text;
}

void outcomes_head(FILE *out, const struct snapshot *s)
{
    (void)s;
    fprintf(out, "%-20s %-*s %-*s %-*s %s\n", "", CELL - 8, "clean accuracy %", CELL - 8,
        "attack success %", CELL - 8, "target's own %", "robust %");
}

static void cell(FILE *out, int count, int n, const char *end)
{
    char text[48];
    if (count < 0 || n <= 0)
        snprintf(text, sizeof text, "%6s", "-");
    else
        snprintf(text, sizeof text, "%6.2f (%d/%d)", number_percent(count, n), count, n);
    fprintf(out, "%-*s%s", *end ? CELL - 8 : 0, text, end);
}

void outcomes_line(
    FILE *out, const char *net, const struct outcome *count, const struct outcome *of)
{
    fprintf(out, "%-20s ", net);
    cell(out, count->clean, of->clean, " ");
    cell(out, count->attack, of->attack, " ");
    cell(out, count->own, of->own, " ");
    cell(out, count->robust, of->robust, "");
    putc('\n', out);
}

void outcomes_trivial(
    FILE *out, const struct snapshot *s, const struct outcome *trivial, const struct outcome *of)
{
    char name[48];
    if (of->attack <= 0)
        return;
    snprintf(name, sizeof name, "never answer %d", s->target);
    if (trivial->clean >= 0)
        outcomes_line(out, name, trivial, of);
    else if (s->target < 0)
        fputs("never answer the target: not defined, as not one class is attacked\n", out);
}

void outcomes_verdict(FILE *out, const char *repair, const struct worth *worth)
{
    char text[SNAPSHOT_TEXT * 2];
    worth_say(worth, text, sizeof text);
    if (worth_has_trivial(worth) && text[0])
        fprintf(out, "%s %s.\n", repair, text);
}

const char outcomes_csv_head[] =
    ",n_own,own_correct,own_accuracy,n_robust,robust_correct,robust_accuracy";

static void field(FILE *out, int count, int n)
{
    if (count < 0 || n <= 0)
        fputs(",,,", out);
    else
        fprintf(out, ",%d,%d,%.17g", n, count, number_percent(count, n));
}

void outcomes_csv(FILE *out, const struct outcome *count, const struct outcome *of)
{
    field(out, count->own, of->own);
    field(out, count->robust, of->robust);
}
