/* Keys that a terminal sends as control sequences. Pure. Thread: any. */
#ifndef SECATEUR_APP_TERMINAL_CSI_KEYS_H
#define SECATEUR_APP_TERMINAL_CSI_KEYS_H

/* The key of "ESC [ number ~", PRESS_NONE: none. */
int csi_number_key(int number);
/* The key of "ESC [ … letter"; modifier: 2 Shift, 5 Ctrl, with which arrows go farther. */
int csi_letter_key(char letter, int modifier);

#endif
