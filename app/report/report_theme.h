/* Colours of a report's page on light and dark ground, its figures' too. Thread: any; constant. */
#ifndef SECATEUR_APP_REPORT_REPORT_THEME_H
#define SECATEUR_APP_REPORT_REPORT_THEME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct report_colour {
    const char *name;     /* of the variable in page.css */
    uint32_t light, dark; /* 0xRRGGBB */
    bool words;           /* text has this colour; else lines and grounds */
};

enum { REPORT_FIGURE_COLOURS = 24 };

const struct report_colour *report_theme_at(int index); /* NULL behind the last */
/* The colours of figures: as they are drawn, and on dark ground; returns how many. */
int report_theme_figures(struct report_colour colours[REPORT_FIGURE_COLOURS]);
/* The colours as rules of style: light, dark where the reader prefers it, light in print. */
void report_theme_write(FILE *out);

#endif
