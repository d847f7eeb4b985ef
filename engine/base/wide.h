/* How many cells a character takes: as wcwidth() of Debian 12's C.UTF-8 (Unicode 15) says, but in
 * any locale, so that a drawing is the same everywhere. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_WIDE_H
#define SECATEUR_ENGINE_BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

/* 0: combines with the one before, or is not seen; 1; 2. */
int wide_cells(uint32_t character);
/* Turns the direction of text, or hides in it: never to be shown as it is. */
bool wide_is_control(uint32_t character);
/* Joins neighbours or picks their variant, and has no look of its own. */
bool wide_is_joiner(uint32_t character);

#endif
