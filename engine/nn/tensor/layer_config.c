/* Settings are read by name; whatever nobody reads must be known to be harmless. */
#include "engine/nn/tensor/layer_config.h"

#include "engine/base/memory.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void settings_free(struct layer_config *settings)
{
    for (int i = 0; i < settings->n; i++) {
        struct setting *item = &settings->items[i];
        free(item->key);
        free(item->number);
        free(item->string);
        if (item->object)
            settings_free(item->object);
        free(item->object);
    }
    free(settings->items);
    *settings = (struct layer_config){0};
}

void settings_add(struct layer_config *settings, const char *key, const struct setting *setting)
{
    struct setting copy = *setting;
    copy.key = memory_string(key);
    copy.number = memory_array((size_t)setting->n + 1, sizeof *copy.number);
    if (setting->n)
        memcpy(copy.number, setting->number, (size_t)setting->n * sizeof *copy.number);
    copy.string = memory_string(setting->string);
    copy.object = NULL;
    if (setting->object) {
        copy.object = memory_array(1, sizeof *copy.object);
        for (int i = 0; i < setting->object->n; i++)
            settings_add(copy.object, setting->object->items[i].key, &setting->object->items[i]);
    }
    settings->items =
        memory_grow(settings->items, (size_t)settings->n + 1, sizeof *settings->items);
    settings->items[settings->n++] = copy;
}

void settings_add_string(struct layer_config *settings, const char *key, const char *text)
{
    char *string = memory_string(text);
    settings_add(settings, key, &(struct setting){.kind = SETTING_STRING, .string = string});
    free(string);
}

void settings_add_bool(struct layer_config *settings, const char *key, bool value)
{
    double number = value;
    settings_add(settings, key, &(struct setting){.kind = SETTING_BOOL, .n = 1, .number = &number});
}

const char *settings_text(
    const struct layer_config *settings, const char *key, const char *fallback)
{
    for (int i = 0; i < settings->n; i++) {
        const struct setting *item = &settings->items[i];
        if (strcmp(item->key, key) == 0 && item->kind == SETTING_STRING)
            return item->string;
        if (strcmp(item->key, key) == 0 && item->kind != SETTING_NULL)
            return "";
    }
    return fallback;
}

void settings_set_text(struct layer_config *settings, const char *key, const char *text)
{
    for (int i = 0; i < settings->n; i++) {
        struct setting *item = &settings->items[i];
        if (strcmp(item->key, key) != 0)
            continue;
        free(item->string);
        item->kind = SETTING_STRING;
        item->string = memory_string(text);
        return;
    }
    settings_add_string(settings, key, text);
}

const struct setting *layer_config_find(const struct layer_config *settings, const char *key)
{
    for (int i = 0; i < settings->n; i++)
        if (strcmp(settings->items[i].key, key) == 0) {
            settings->items[i].asked = true;
            return &settings->items[i];
        }
    return NULL;
}

void settings_ignore(const struct layer_config *settings)
{
    for (int i = 0; i < settings->n; i++)
        settings->items[i].asked = true;
}

/* Of training, of loading, or of no effect on one image's numbers. */
static bool is_harmless(const char *key)
{
    static const char *const keys[] = {"name", "module", "trainable", "batch_input_shape",
        "batch_shape", "input_shape", "batch_size", "input_dim", "input_length", "seed", "rate",
        "momentum", "renorm", "renorm_clipping", "renorm_momentum", "fused", "virtual_batch_size",
        "sparse", "ragged", "optional", "stateful", "unroll", "implementation", "synchronized",
        "supports_masking", "autocast", "dynamic", "build_config", "compile_config", "dtype"};
    static const char *const ends[] = {"_initializer", "_regularizer", "_constraint"};
    size_t length = strlen(key);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (length > strlen(ends[i]) && strcmp(key + length - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

/* Numbers of less precision are computed with more; what is quantised is another net. */
static bool check_type(const struct setting *setting, struct error *err)
{
    static const char *const types[] = {"float16", "bfloat16", "float32", "float64",
        "mixed_float16", "mixed_bfloat16", "uint8", "int8", "int16", "uint16", "int32", "int64",
        "mixed_float16_loss_scale", "infer"};
    if (setting->kind != SETTING_STRING)
        return fail(err, "its dtype cannot be read");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(setting->string, types[i]) == 0)
            return true;
    return fail(err, "its dtype %s is not supported", setting->string);
}

bool settings_all_known(const struct layer_config *settings, struct error *err)
{
    for (int i = 0; i < settings->n; i++) {
        const struct setting *item = &settings->items[i];
        if (item->asked || item->kind == SETTING_NULL)
            continue; /* null: as if it were missing */
        if (!is_harmless(item->key))
            return fail(
                err, "its setting %s is unknown, and might change what it computes", item->key);
        if (strcmp(item->key, "dtype") == 0 && !check_type(item, err))
            return false;
    }
    return true;
}

/* The setting, or NULL where the fallback counts. */
static const struct setting *find_value(const struct layer_config *settings, const char *key)
{
    const struct setting *setting = layer_config_find(settings, key);
    return setting && setting->kind != SETTING_NULL ? setting : NULL;
}

static bool to_int(double number, const char *key, int *value, struct error *err)
{
    if (!(number >= INT_MIN && number <= INT_MAX) || number != trunc(number))
        return fail(err, "%s is %g, expected a whole number", key, number);
    *value = (int)number;
    return true;
}

bool layer_config_int(const struct layer_config *settings, const char *key, int fallback,
    int *value, struct error *err)
{
    const struct setting *setting = find_value(settings, key);
    *value = fallback;
    if (!setting)
        return true;
    if (setting->kind != SETTING_NUMBERS || setting->n != 1)
        return fail(err, "%s is not a whole number", key);
    return to_int(setting->number[0], key, value, err);
}

bool layer_config_bool(const struct layer_config *settings, const char *key, bool fallback,
    bool *value, struct error *err)
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

bool layer_config_float(const struct layer_config *settings, const char *key, double fallback,
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

bool layer_config_string(const struct layer_config *settings, const char *key, const char *fallback,
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

bool layer_config_pair(const struct layer_config *settings, const char *key, int fallback,
    int value[2], struct error *err)
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
