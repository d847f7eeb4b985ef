/* Classes that a backdoor may lead to: how large a margin inputs reach, how small a trigger is. */
#include "app/tables/suspects.h"
#include "views/facts/suspects.h"

#include <string.h>

enum { CLASS, MARGIN, OUTLIER, MASK, HITS, STANDS };

static const struct table_column columns[] = {
    {.field = CLASS, .name = "class", .heading = "class", .width = 5},
    {.field = MARGIN, .name = "margin", .heading = "margin", .gap = 2, .width = 8},
    {.field = OUTLIER,
        .name = "outlier",
        .heading = "outlier",
        .gap = 2,
        .width = 7,
        .format = "%.1f"},
    {.field = MASK,
        .name = "mask",
        .heading = "trigger (pixels)",
        .gap = 2,
        .width = 16,
        .format = "%.1f"},
    {.field = HITS,
        .name = "hits",
        .heading = "images turned (%)",
        .gap = 2,
        .width = 17,
        .format = "%.1f"},
    {.field = STANDS, .name = "stands_out", .heading = "stands out", .gap = 2, .width = 10},
};

int suspects_rows(const struct suspects *suspects)
{
    int n = 0;
    while (n < suspects->n && suspects->suspect[n].whole)
        n++;
    return n;
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    if (!s->suspects)
        return fail_as(err, ERROR_USAGE, "no search for a target was made; use: secateur scan");
    *n = suspects_rows(s->suspects);
    return true;
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    const struct suspect *suspect = &s->suspects->suspect[index];
    value_whole(&values[CLASS], suspect->class);
    value_real(&values[MARGIN], suspect->margin);
    value_real(&values[OUTLIER], suspect->outlier);
    value_yes_no(&values[STANDS], suspect->stands > 0);
    if (suspect->mask >= 0) {
        value_real(&values[MASK], suspect->mask);
        value_real(&values[HITS], 100 * suspect->hits);
    }
}

static void caption(const void *source, char *text, size_t size)
{
    const struct snapshot *s = source;
    suspects_say(s->suspects, text, size);
}

void suspects_say(const struct suspects *suspects, char *text, size_t size)
{
    int used = snprintf(text, size,
        "Margin: the largest lead of the class's logit over all others that an input between %g "
        "and %g reached. Outlier: its distance from the median of a sample of classes, in units of "
        "1.4826 times the median absolute deviation.",
        (double)suspects->low, (double)suspects->high);
    if (suspects->n_inverted > 0)
        used += snprintf(text + used, size - (size_t)used,
            " Trigger: the smallest mask found that turns clean images%s into the class (%d "
            "images).",
            suspects->negatives ? " and their negatives" : "", suspects->n_images);
    suspects_untried(suspects, text + used, size - (size_t)used);
    used += (int)strlen(text + used);
    if (suspects->other_mask >= 0)
        used += snprintf(text + used, size - (size_t)used,
            " Classes that do not stand out take %.1f pixels (median).", suspects->other_mask);
    snprintf(text + used, size - (size_t)used,
        " The order says which class to look at first. It does not prove a backdoor: clean nets "
        "have a first class too.");
}

const char *suspects_verdict_word(enum suspects_verdict verdict)
{
    static const char *const words[] = {[SUSPECTS_NOT_JUDGED] = "not judged",
        [SUSPECTS_UNCLEAR] = "unclear",
        [SUSPECTS_NOTHING] = "nothing stands out",
        [SUSPECTS_CLASSES] = "stands out",
        [SUSPECTS_TO_ALL] = "all-to-all"};
    return words[verdict];
}

const struct results_table table_suspects = {
    .name = "suspects",
    .view = "suspects",
    .help = "classes that a backdoor may lead to",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
