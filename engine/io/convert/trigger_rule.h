/* Triggers in words: "patch:4x4@right,bottom:white" is a rectangle of width x height pixels at a
 * place, "frame:2:#ff0000" a border of so many pixels. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_TRIGGER_RULE_H
#define SECATEUR_ENGINE_IO_CONVERT_TRIGGER_RULE_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

/* Where something lies: left, center, right or a column; top, center, bottom or a row. */
struct trigger_place {
    int x, y; /* PLACE_*, or pixels from the left and the top */
};
enum { PLACE_LAST = -1, PLACE_CENTER = -2 };

bool trigger_is_rule(const char *text);
/* "right,bottom" up to `end`; false: it is none. */
bool trigger_place_parse(const char *text, const char **end, struct trigger_place *place);
/* The first pixel of `size` among `of`, -1: there is no room. */
int trigger_place_at(int place, int size, int of);
/* Lays the rule on rgba[height, width, 4] of an image's size, all zero before: opaque where the
 * trigger is. False with err (ERROR_USAGE), with what a rule looks like. */
bool trigger_rule_draw(
    const char *rule, const struct shape *image, uint8_t *rgba, struct error *err);

#endif
