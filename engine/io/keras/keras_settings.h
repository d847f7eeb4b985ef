/* JSON values as settings of layers. Private to the files that read nets. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_SETTINGS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_SETTINGS_H

#include "engine/nn/tensor/layer_config.h"

#include <jansson.h>

/* The text under a key; NULL where it is none, or holds U+0000. */
const char *keras_settings_text(const json_t *object, const char *key);
/* One value; what is no setting that we know the like of becomes SETTING_OTHER. The caller owns
 * what it holds. Key NULL. */
struct setting keras_settings_value(const json_t *value);
/* All of a "config" object. */
void keras_settings_read(json_t *config, struct layer_config *settings);

#endif
