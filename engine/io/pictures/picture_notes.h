/* What of a picture is not in its pixels as they are read, so that a message can say it: told from
 * the file's head, before it is decoded. For a reader. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_PICTURES_PICTURE_NOTES_H
#define SECATEUR_ENGINE_IO_PICTURES_PICTURE_NOTES_H

#include "engine/io/pictures/picture_decode.h"

enum picture_note {
    PICTURE_DEEP = 1,   /* 16 bits a value, of which the upper 8 are taken */
    PICTURE_TURNED = 2, /* EXIF wants it turned or mirrored, which is not done */
};

unsigned picture_notes(const struct picture_file *file);
/* ", 2 of 16 bits, of which the upper 8 are taken, 1 that EXIF wants turned, taken as stored"; ""
 * where both counts are 0. */
void picture_notes_say(int deep, int turned, char *text, size_t size);

#endif
