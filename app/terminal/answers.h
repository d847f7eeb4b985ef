/* What a terminal answers to our questions: background (OSC 11), graphics (kitty's query 31), level
 * (DA1) and the size of a cell (CSI 16 t). Pure; times as in input.h. Owner: the caller. Thread:
 * any. */
#ifndef SECATEUR_APP_TERMINAL_ANSWERS_H
#define SECATEUR_APP_TERMINAL_ANSWERS_H

#include "app/graphics/graphics_choice.h"

#include <stddef.h>
#include <stdint.h>

struct answers {
    bool asked;    /* set with asked_at, when the questions are sent */
    bool answered; /* to either question */
    char broken;   /* what was given up last, by its second byte: '[', ']', '_'; 0: it went on */
    bool has_ground;
    double asked_at;
    uint32_t ground; /* 0xRRGGBB, where has_ground */
    struct graphics_answers graphics;
};

/* An answer may still come: a lone ESC waits longer for it. */
bool answers_wanted(const struct answers *answers, double now);
/* A sequence was given up in its middle: what comes next may be its end. */
void answers_break(struct answers *answers, char kind);
/* How many bytes at the beginning are an answer, or its end, that was given up before. */
size_t answers_late(struct answers *answers, const char *bytes, size_t n);

/* The inside of a sequence: what is no answer changes nothing. */
void answers_ground(struct answers *answers, const char *bytes, size_t n);
void answers_kitty(struct answers *answers, const char *bytes, size_t n);
void answers_attributes(struct answers *answers, const char *text);
void answers_cell_size(struct answers *answers, const int numbers[3]);

#endif
