/* What a "config" object of a layer says, as plain values. */
#include "engine/io/keras/keras_settings.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *keras_settings_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value);
    return text && strlen(text) == json_string_length(value) ? text : NULL;
}

/* Lists of numbers and nulls, nested ones in one row; false when there is anything else. */
static bool collect_numbers(const json_t *list, struct setting *setting)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (json_is_array(item)) {
            if (!collect_numbers(item, setting))
                return false;
            continue;
        }
        if (!(json_is_number(item) || json_is_null(item)))
            return false;
        if ((setting->n & (setting->n + 1)) == 0) /* room for 2^k - 1 is full */
            setting->number =
                memory_grow(setting->number, 2 * (size_t)setting->n + 1, sizeof *setting->number);
        setting->number[setting->n++] = json_is_null(item) ? NAN : json_number_value(item);
    }
    return true;
}

/* A function: one of Keras by its name, one of the author's own under a name of no function. */
static char *function_name(const json_t *object, const char *name)
{
    const char *module = keras_settings_text(object, "module");
    bool own = module && strncmp(module, "keras", 5) != 0;
    return own ? memory_format("%s>%s", module, name) : memory_string(name);
}

/* What a nested object is called: {"class_name": "Zeros"}, a policy {"config": {"name": …}}, a
 * function {"class_name": "function", "config": "my_relu"}; malloc'd, NULL: it says nothing. */
static char *object_name(const json_t *object)
{
    const char *class_name = keras_settings_text(object, "class_name");
    const char *registered = keras_settings_text(object, "registered_name");
    const json_t *config = json_object_get(object, "config");
    if (class_name && strcmp(class_name, "function") == 0)
        return json_is_string(config) ? function_name(object, json_string_value(config)) : NULL;
    if (class_name && strstr(class_name, "Policy") && keras_settings_text(config, "name"))
        return memory_string(keras_settings_text(config, "name"));
    if (registered && strchr(registered, '>'))
        return memory_string(registered);
    return memory_string(class_name   ? class_name
                         : registered ? registered
                                      : keras_settings_text(object, "name"));
}

static void read_object(const json_t *value, struct setting *setting)
{
    json_t *config = json_object_get(value, "config");
    setting->string = object_name(value);
    setting->kind = setting->string ? SETTING_STRING : SETTING_OTHER;
    if (setting->string && json_is_object(config)) {
        setting->object = memory_array(1, sizeof *setting->object);
        keras_settings_read(config, setting->object);
    }
}

static void read_number(double number, enum setting_kind kind, struct setting *setting)
{
    setting->kind = kind;
    setting->n = 1;
    setting->number = memory_array(1, sizeof *setting->number);
    setting->number[0] = number;
}

struct setting keras_settings_value(const json_t *value)
{
    struct setting setting = {.kind = SETTING_OTHER};
    if (json_is_null(value)) {
        setting.kind = SETTING_NULL;
    } else if (json_is_boolean(value)) {
        read_number(json_is_true(value), SETTING_BOOL, &setting);
    } else if (json_is_number(value)) {
        read_number(json_number_value(value), SETTING_NUMBERS, &setting);
    } else if (json_is_array(value)) {
        setting.list = true;
        if (collect_numbers(value, &setting))
            setting.kind = SETTING_NUMBERS;
    } else if (json_is_object(value)) {
        read_object(value, &setting);
    } else if (strlen(json_string_value(value)) == json_string_length(value)) {
        setting.kind = SETTING_STRING;
        setting.string = memory_string(json_string_value(value));
    }
    return setting;
}

void keras_settings_read(json_t *config, struct layer_config *settings)
{
    const char *key;
    json_t *value;
    settings->items = memory_array(json_object_size(config) + 1, sizeof *settings->items);
    json_object_foreach(config, key, value)
    {
        struct setting setting = keras_settings_value(value);
        setting.key = memory_string(key);
        settings->items[settings->n++] = setting;
    }
}
