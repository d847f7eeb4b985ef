/* Sequences that curses knows nothing of, straight to standard output. To be sent when curses'
 * own buffer is flushed. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_ESCAPE_H
#define SECATEUR_APP_TERMINAL_ESCAPE_H

void escape_send(const char *bytes);
void escape_title(const char *title); /* of the window; control characters become '?' */
void escape_copy(const char *text);   /* into the clipboard: OSC 52 */

#endif
