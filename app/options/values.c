/* Text to values, with an error that shows what is expected. */
#include "app/options/values.h"

#include "app/options/arguments.h"
#include "app/results/formats.h"
#include "app/results/results.h"
#include "engine/api/command.h"
#include "views/cells/theme.h"
#include "views/charts/canvas_paper.h"
#include "views/files/figure_style.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool values_optional(void *field, const char *value, struct error *err)
{
    (void)err;
    *(const char **)field = value;
    return true;
}

bool values_surrogate(void *field, const char *value, struct error *err)
{
    size_t length = strlen(value);
    *(const char **)field = value;
    return (length < 7 && strspn(value, "0123456789") == length) ||
           fail_as(
               err, ERROR_USAGE, "'%s' is not a class; use --surrogate, or --surrogate=3", value);
}

bool values_text(void *field, const char *value, struct error *err)
{
    if (!*value)
        return fail_as(err, ERROR_USAGE, "needs a name that is not empty");
    *(const char **)field = value;
    return true;
}

bool values_true(void *field, const char *value, struct error *err)
{
    (void)value, (void)err;
    *(bool *)field = true;
    return true;
}

/* A whole number at the start of text; false when there is none or it is too large. */
static bool whole(const char **text, int *number)
{
    if (!isdigit((unsigned char)**text))
        return false;
    char *end;
    errno = 0;
    long value = strtol(*text, &end, 10);
    if (errno || value > INT32_MAX)
        return false;
    *text = end;
    *number = (int)value;
    return true;
}

bool values_count(void *field, const char *value, struct error *err)
{
    const char *end = value;
    int number;
    if (!whole(&end, &number) || *end)
        return fail_as(err, ERROR_USAGE, "'%s' is not a whole number, 0 or more", value);
    *(int *)field = number;
    return true;
}

/* A number with nothing behind it. */
static bool real(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && !*end && isfinite(*number);
}

bool values_target(void *field, const char *value, struct error *err)
{
    return target_parse(value, field, err);
}

bool values_image_size(void *field, const char *value, struct error *err)
{
    return image_size_parse(value, field) ||
           fail_as(err, ERROR_USAGE, "'%s' is not a size of images; examples: 32x32, 55x47", value);
}

bool values_size(void *field, const char *value, struct error *err)
{
    static const char units[] = "kmgt";
    char *end;
    double bytes = strtod(value, &end);
    const char *unit = *end ? strchr(units, tolower((unsigned char)*end)) : NULL;
    for (int i = 0; unit && i <= unit - units; i++)
        bytes *= 1024;
    end += unit != NULL;
    if (*end == 'B' && !end[1])
        end++;
    if (end == value || *end || !(bytes >= 0) || bytes > 1e18)
        return fail_as(err, ERROR_USAGE, "'%s' is not a size; examples: 512M, 2G", value);
    *(size_t *)field = (size_t)bytes;
    return true;
}

bool values_share(void *field, const char *value, struct error *err)
{
    double number;
    if (!real(value, &number) || number < 0 || number > 1)
        return fail_as(err, ERROR_USAGE, "'%s' is not a number from 0 to 1", value);
    *(double *)field = number;
    return true;
}

bool values_seed(void *field, const char *value, struct error *err)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 0);
    if (!isdigit((unsigned char)*value) || *end || errno)
        return fail_as(err, ERROR_USAGE, "'%s' is not a seed; give a whole number", value);
    *(uint64_t *)field = number;
    return true;
}

bool values_percent(void *field, const char *value, struct error *err)
{
    double number;
    if (!real(value, &number) || number < 0 || number > 100)
        return fail_as(err, ERROR_USAGE, "'%s' is not a number from 0 to 100", value);
    *(double *)field = number;
    return true;
}

bool values_scale(void *field, const char *value, struct error *err)
{
    double *scale = field;
    if (strcmp(value, "auto") == 0) {
        *scale = 0;
        return true;
    }
    char upper[32];
    double above, below;
    const char *slash = strchr(value, '/');
    if (slash && (size_t)(slash - value) < sizeof upper) {
        snprintf(upper, sizeof upper, "%.*s", (int)(slash - value), value);
        if (real(upper, &above) && real(slash + 1, &below) && above > 0 && below > 0) {
            *scale = above / below;
            return true;
        }
    } else if (real(value, &above) && above > 0) {
        *scale = above;
        return true;
    }
    return fail_as(err, ERROR_USAGE, "'%s' is not a scale; use 1, 1/255 or auto", value);
}

/* "0.5" or "0.485,0.456,0.406"; "1/255" is a number too. */
bool values_channel_numbers(void *field, const char *value, struct error *err)
{
    struct channel_numbers *numbers = field;
    numbers->n = 0;
    for (const char *at = value;; at++) {
        char *end;
        double number = strtod(at, &end), below = 1;
        bool good = end != at;
        if (good && *end == '/') {
            const char *from = end + 1;
            below = strtod(from, &end);
            good = end != from && below != 0;
        }
        number /= below;
        if (!good || (*end && *end != ',') || !isfinite(number))
            return fail_as(err, ERROR_USAGE,
                "'%s' is not a list of numbers; examples: -0.5 or 0.485,0.456,0.406", value);
        if (numbers->n == PIXEL_CHANNELS_MAX)
            return fail_as(err, ERROR_USAGE, "at most %d numbers are possible", PIXEL_CHANNELS_MAX);
        numbers->at[numbers->n++] = number;
        at = end;
        if (!*at)
            return true;
    }
}

bool values_channel_deviations(void *field, const char *value, struct error *err)
{
    const struct channel_numbers *numbers = field;
    if (!values_channel_numbers(field, value, err))
        return false;
    for (int i = 0; i < numbers->n; i++)
        if (!(numbers->at[i] > 0))
            return fail_as(err, ERROR_USAGE, "%g is not a standard deviation: it must be above 0",
                numbers->at[i]);
    return true;
}

/* Puts a threshold where it belongs among those before it; twice the same is once. */
static void threshold_insert(struct options *options, double points)
{
    int at = 0;
    while (at < options->n_thresholds && options->thresholds[at] < points)
        at++;
    if (at < options->n_thresholds && options->thresholds[at] == points)
        return;
    for (int i = options->n_thresholds++; i > at; i--)
        options->thresholds[i] = options->thresholds[i - 1];
    options->thresholds[at] = points;
}

bool values_thresholds(void *field, const char *value, struct error *err)
{
    struct options *options = field;
    options->n_thresholds = 0;
    for (const char *at = value;; at++) {
        char *end;
        double points = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(points > 0) || points > 100)
            return fail_as(err, ERROR_USAGE,
                "'%s' is not a list of percentage points above 0; example: 2,4,10", value);
        if (options->n_thresholds == OPTIONS_THRESHOLDS_MAX)
            return fail_as(
                err, ERROR_USAGE, "at most %d thresholds are possible", OPTIONS_THRESHOLDS_MAX);
        threshold_insert(options, points);
        at = end;
        if (!*at)
            return true;
    }
}

bool values_repaired(void *field, const char *value, struct error *err)
{
    struct options *options = field;
    if (options->n_repaired == OPTIONS_REPAIRED_MAX)
        return fail_as(err, ERROR_USAGE, "%s: at most %d repaired nets are compared", value,
            OPTIONS_REPAIRED_MAX);
    options->repaired[options->n_repaired++] = value;
    return true;
}

bool values_channels(void *field, const char *value, struct error *err)
{
    struct channel_list *list = field;
    const char *at = value;
    list->n = 0;
    for (;;) {
        int first, last;
        if (!whole(&at, &first))
            break;
        last = first;
        if (*at == '-' && (at++, !whole(&at, &last)))
            break;
        if (last < first || last - first >= ARGUMENTS_CHANNELS_MAX - list->n)
            break;
        for (int channel = first; channel <= last; channel++)
            list->channel[list->n++] = channel;
        if (!*at)
            return true;
        if (*at++ != ',')
            break;
    }
    return fail_as(
        err, ERROR_USAGE, "'%s' is not a list of channels; example: 3,7,12 or 0-9", value);
}

bool values_format(void *field, const char *value, struct error *err)
{
    if (!results_find(value))
        return fail_as(err, ERROR_USAGE, "'%s' is not one of " RESULTS_FORMATS_LIST, value);
    *(const char **)field = value;
    return true;
}

bool values_color(void *field, const char *value, struct error *err)
{
    static const char *const words[] = {"auto", "truecolor", "256", "16", "mono", "never"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i]) == 0) {
            *(const char **)field = words[i];
            return true;
        }
    }
    return fail_as(
        err, ERROR_USAGE, "'%s' is not one of auto, truecolor, 256, 16, mono, never", value);
}

bool values_speed(void *field, const char *value, struct error *err)
{
    char *end;
    double speed = strtod(value, &end);
    bool full = strcmp(value, "full") == 0;
    bool good = full || (end != value && !*end && speed > 0 && speed <= COMMAND_SPEED_MOST);
    if (good)
        *(double *)field = full ? 0 : speed;
    return good || fail_as(err, ERROR_USAGE,
                       "'%s' is no speed: rounds a second, above 0 and up to %d, or full", value,
                       COMMAND_SPEED_MOST);
}

bool values_graphics(void *field, const char *value, struct error *err)
{
    static const char *const words[] = {"auto", "kitty", "sixel", "blocks"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i]) == 0) {
            *(int *)field = (int)i;
            return true;
        }
    }
    return fail_as(err, ERROR_USAGE, "'%s' is not one of auto, kitty, sixel, blocks", value);
}

bool values_theme(void *field, const char *value, struct error *err)
{
    char names[128] = "auto";
    if (strcmp(value, "auto") == 0) {
        *(const char **)field = value;
        return true;
    }
    for (int i = 0; themes_at(i); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, ", %s", themes_at(i)->name);
        if (strcmp(value, themes_at(i)->name) == 0) {
            *(const char **)field = value;
            return true;
        }
    }
    return fail_as(err, ERROR_USAGE, "'%s' is not one of %s", value, names);
}

bool values_figure_size(void *field, const char *value, struct error *err)
{
    struct paper paper;
    return canvas_paper_size(value, &paper, err) && values_text(field, value, err);
}

bool values_figure_style(void *field, const char *value, struct error *err)
{
    struct figure_style style;
    return figure_style_read(value, &style, err) && values_text(field, value, err);
}

bool values_figure_formats(void *field, const char *value, struct error *err)
{
    char word[8];
    enum canvas_format format;
    for (const char *c = value;; c++) {
        int length = (int)strcspn(c, ",");
        snprintf(word, sizeof word, "%.*s", length, c);
        if (!canvas_format_find(word, &format, err))
            return false;
        c += length;
        if (!*c)
            return values_text(field, value, err);
    }
}
