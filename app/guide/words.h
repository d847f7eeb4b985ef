/* Sentences of the guide with the person's own keys and the net's own numbers in them. Thread: the
 * UI's. */
#ifndef SECATEUR_APP_GUIDE_WORDS_H
#define SECATEUR_APP_GUIDE_WORDS_H

#include "app/commands/ui.h"

enum { GUIDE_WORDS = 1024 };

/* Replaces what stands in braces. A command, perhaps with its argument ("{undo}", "{view
 * goodnet}"), becomes the key that runs it, else ":command". "{=clean}", "{=clean at first}",
 * "{=asr}", "{=round}", "{=channels}", "{=layer}", "{=target}", "{=images}", "{=thresholds}" become
 * what the snapshot says; "{=blue}", "{=orange}" the words for the two curves, with or without
 * colour;
 * "{=yours}" whose the net of the tour is. */
void guide_words(const struct ui *ui, const char *sentence, char out[GUIDE_WORDS]);
/* The key alone. */
void guide_key(const struct ui *ui, const char *command, char *out, size_t size);

#endif
