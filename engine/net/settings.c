#include "engine/net/settings.h"

#include <limits.h>
#include <math.h>
#include <string.h>

const struct setting *settings_find(const struct settings *settings, const char *key)
{
    for (int i = 0; i < settings->n; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return &settings->items[i];
    return NULL;
}

/* The setting, or NULL where the fallback counts. */
static const struct setting *find_value(const struct settings *settings, const char *key)
{
    const struct setting *setting = settings_find(settings, key);
    return setting && setting->kind != SETTING_NULL ? setting : NULL;
}

static bool to_int(double number, const char *key, int *value, struct error *err)
{
    if (!(number >= INT_MIN && number <= INT_MAX) || number != trunc(number))
        return fail(err, "%s is %g, expected a whole number", key, number);
    *value = (int)number;
    return true;
}

bool settings_int(
    const struct settings *settings, const char *key, int fallback, int *value, struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    *value = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_NUMBERS || setting->n != 1)
        return fail(err, "%s is not a whole number", key);
    return to_int(setting->number[0], key, value, err);
}

bool settings_bool(
    const struct settings *settings, const char *key, bool fallback, bool *value, struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    *value = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_BOOL)
        return fail(err, "%s is neither true nor false", key);
    *value = setting->number[0] != 0;
    return true;
}

bool settings_float(const struct settings *settings, const char *key, double fallback,
    double *value, struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    *value = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_NUMBERS || setting->n != 1 || !isfinite(setting->number[0]))
        return fail(err, "%s is not a number", key);
    *value = setting->number[0];
    return true;
}

bool settings_string(const struct settings *settings, const char *key, const char *fallback,
    const char **value, struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    *value = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_STRING || !setting->string)
        return fail(err, "%s is not a name", key);
    *value = setting->string;
    return true;
}

bool settings_pair(
    const struct settings *settings, const char *key, int fallback, int value[2], struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    value[0] = value[1] = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_NUMBERS || setting->n < 1 || setting->n > 2)
        return fail(err, "%s is not one or two whole numbers", key);
    return to_int(setting->number[0], key, &value[0], err) &&
           to_int(setting->number[setting->n - 1], key, &value[1], err);
}
