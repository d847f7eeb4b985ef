/* Setters for the values of flags: each reads text into a field and says what it wanted instead.
 * The field's type is in the name. Thread: any. */
#ifndef SECATEUR_APP_OPTIONS_VALUES_H
#define SECATEUR_APP_OPTIONS_VALUES_H

#include "engine/base/error.h"

bool values_text(void *field, const char *value, struct error *err);       /* const char * */
bool values_optional(void *field, const char *value, struct error *err);   /* the same, or "" */
bool values_surrogate(void *field, const char *value, struct error *err);  /* "", "3" */
bool values_true(void *field, const char *value, struct error *err);       /* bool */
bool values_target(void *field, const char *value, struct error *err);     /* struct target */
bool values_count(void *field, const char *value, struct error *err);      /* int, 0 or more */
bool values_image_size(void *field, const char *value, struct error *err); /* "32x48" */
bool values_size(void *field, const char *value, struct error *err);       /* size_t, 512M, 2G */
bool values_percent(void *field, const char *value, struct error *err);    /* double, 0..100 */
bool values_share(void *field, const char *value, struct error *err);      /* double, 0..1 */
bool values_seed(void *field, const char *value, struct error *err);       /* uint64_t */
bool values_scale(void *field, const char *value, struct error *err);      /* double, 0: auto */
/* struct channel_numbers: one number, or one for each channel; deviations are above 0 */
bool values_channel_numbers(void *field, const char *value, struct error *err);
bool values_channel_deviations(void *field, const char *value, struct error *err);
bool values_thresholds(void *field, const char *value, struct error *err);     /* struct options */
bool values_repaired(void *field, const char *value, struct error *err);       /* struct options */
bool values_channels(void *field, const char *value, struct error *err);       /* channel_list */
bool values_format(void *field, const char *value, struct error *err);         /* const char * */
bool values_color(void *field, const char *value, struct error *err);          /* const char * */
bool values_speed(void *field, const char *value, struct error *err);          /* double, 0: full */
bool values_graphics(void *field, const char *value, struct error *err);       /* int */
bool values_theme(void *field, const char *value, struct error *err);          /* const char * */
bool values_figure_size(void *field, const char *value, struct error *err);    /* const char * */
bool values_figure_formats(void *field, const char *value, struct error *err); /* const char * */
bool values_figure_style(void *field, const char *value, struct error *err);   /* const char * */

#endif
