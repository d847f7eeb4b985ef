/* What a surrogate poisoned set was made from (surrogate.h), and the note that its file carries: an
 * attribute of the root, SURROGATE_ATTRIBUTE, "class=0; sha256=…; clean=valid.h5". Thread: any. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_SURROGATE_NOTE_H
#define SECATEUR_ENGINE_IO_IMAGES_SURROGATE_NOTE_H

#include "engine/io/files/digest.h"

#define SURROGATE_ATTRIBUTE "secateur_surrogate"
/* Arrays of its file: the inverted trigger as struct surrogate_trigger has it, floats. */
#define SURROGATE_MASK "trigger_mask"
#define SURROGATE_PATTERN "trigger_pattern"
enum { SURROGATE_NAME = 128, SURROGATE_NOTE = 256 };

struct surrogate {
    int class; /* that the trigger leads to; -1: each class to another, or the file does not say */
    char clean[SURROGATE_NAME]; /* name of the clean set */
    char digest[DIGEST_TEXT];   /* SHA-256 of its file; "": of no file, or the file does not say */
};

const char *surrogate_write(const struct surrogate *surrogate, char text[SURROGATE_NOTE]);
void surrogate_read(const char *text, struct surrogate *surrogate); /* any text: -1, "" unless */

#endif
