/* Numbers as words on the screen. Thread: any. */
#ifndef SECATEUR_VIEWS_CELLS_NUMBER_H
#define SECATEUR_VIEWS_CELLS_NUMBER_H

/* "+0.12", "−0.12", "±0.00": a difference, or what can be below 0. */
enum { NUMBER_SIGNED = 32 };
const char *number_signed(char text[NUMBER_SIGNED], double value, int decimals);

#endif
