/* The settings of one layer as plain values: what a Keras "config" object says, without JSON.
 * Made by load/model from a file, or written down in C. Owner: whoever made it. Thread: any. */
#ifndef SECATEUR_ENGINE_NET_SETTINGS_H
#define SECATEUR_ENGINE_NET_SETTINGS_H

#include "engine/base/error.h"

enum { SETTING_NUMBERS_MAX = 8 };

enum setting_kind { SETTING_NULL, SETTING_BOOL, SETTING_NUMBERS, SETTING_STRING };

struct setting {
    char *key;
    enum setting_kind kind;
    int n;                              /* how many numbers; 1 for a plain number or a bool */
    bool list;                          /* written as a list, even of one */
    double number[SETTING_NUMBERS_MAX]; /* null inside a list: NAN; nested lists in one row */
    char *string;                       /* a nested object: its class_name */
};

struct settings {
    int n;
    struct setting *items;
};

const struct setting *settings_find(const struct settings *settings, const char *key);

/* Each reads one value; a missing or null key gives the fallback, a wrong kind fails. */
bool settings_int(
    const struct settings *settings, const char *key, int fallback, int *value, struct error *err);
bool settings_bool(const struct settings *settings, const char *key, bool fallback, bool *value,
    struct error *err);
bool settings_float(const struct settings *settings, const char *key, double fallback,
    double *value, struct error *err);
bool settings_string(const struct settings *settings, const char *key, const char *fallback,
    const char **value, struct error *err);
/* Two whole numbers; one number counts twice. */
bool settings_pair(const struct settings *settings, const char *key, int fallback, int value[2],
    struct error *err);

#endif
