/* A drawing of our own as part of a page. Thread: any. */
#ifndef SECATEUR_APP_REPORT_DOCUMENT_SVG_H
#define SECATEUR_APP_REPORT_DOCUMENT_SVG_H

#include <stddef.h>
#include <stdio.h>

/* Writes svg[size] without its declaration and size; styles become attributes and colours #rrggbb,
 * so that the page's style can change them and a strict policy lets them be. */
void document_svg(FILE *out, const char *svg, size_t size);

#endif
