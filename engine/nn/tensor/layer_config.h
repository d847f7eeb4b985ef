/* The settings of one layer as plain values: what a Keras "config" object says, without JSON.
 * Made by load/model from a file, or written down in C. Owner: whoever made it. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_LAYER_CONFIG_H
#define SECATEUR_ENGINE_NN_TENSOR_LAYER_CONFIG_H

#include "engine/base/error.h"

enum setting_kind {
    SETTING_NULL,
    SETTING_BOOL,
    SETTING_NUMBERS,
    SETTING_STRING,
    SETTING_OTHER, /* anything else: never read, but there */
};

struct setting {
    char *key;
    enum setting_kind kind;
    int n;                       /* how many numbers; 1 for a plain number or a bool */
    bool list;                   /* written as a list, even of one */
    double *number;              /* [n]; null inside a list: NAN; nested lists in one row */
    char *string;                /* a nested object: its class_name */
    struct layer_config *object; /* a nested object: its config; NULL: none */
    bool asked;                  /* somebody read it */
};

struct layer_config {
    int n;
    struct setting *items;
};

void settings_free(struct layer_config *settings); /* what it holds; it is empty then */
/* Adds a copy of `setting` under another key. */
void settings_add(struct layer_config *settings, const char *key, const struct setting *setting);
void settings_add_string(struct layer_config *settings, const char *key, const char *text);
void settings_add_bool(struct layer_config *settings, const char *key, bool value);

/* The text of a setting, "" where it is none; the fallback where it is missing or null. It does not
 * count as read. */
const char *settings_text(
    const struct layer_config *settings, const char *key, const char *fallback);
void settings_set_text(struct layer_config *settings, const char *key, const char *text);

/* The setting, or NULL; it counts as read then. */
const struct setting *layer_config_find(const struct layer_config *settings, const char *key);
/* All of them count as read: for layers on which none has an effect. */
void settings_ignore(const struct layer_config *settings);
/* Whether all were read or are known to change no result; fails by the name of the first other. */
bool settings_all_known(const struct layer_config *settings, struct error *err);

/* Each reads one value; a missing or null key gives the fallback, a wrong kind fails. */
bool layer_config_int(const struct layer_config *settings, const char *key, int fallback,
    int *value, struct error *err);
bool layer_config_bool(const struct layer_config *settings, const char *key, bool fallback,
    bool *value, struct error *err);
bool layer_config_float(const struct layer_config *settings, const char *key, double fallback,
    double *value, struct error *err);
bool layer_config_string(const struct layer_config *settings, const char *key, const char *fallback,
    const char **value, struct error *err);
/* Two whole numbers; one number counts twice. */
bool layer_config_pair(const struct layer_config *settings, const char *key, int fallback,
    int value[2], struct error *err);

#endif
