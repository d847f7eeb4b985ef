/* Control sequences that curses does not know, written to standard output at once. Call these only
 * after curses has flushed its own buffer. Thread: the UI's. */
#ifndef SECATEUR_APP_TERMINAL_SEQUENCES_H
#define SECATEUR_APP_TERMINAL_SEQUENCES_H

void sequences_send(const char *bytes);
void sequences_title(const char *title); /* of the window; control characters become '?' */
void sequences_copy(const char *text);   /* into the clipboard: OSC 52 */

#endif
