/* Files that want the machine rather than the reader: bad.h5 in the test's folder, read as a net
 * and as images. The figures of each are printed, and held to wide bounds, as machines differ.
 * SECATEUR_KEEP names a folder for the files. */
#ifndef SECATEUR_TESTS_UNIT_IO_HOSTILE_H
#define SECATEUR_TESTS_UNIT_IO_HOSTILE_H

#include "tests/unit/io/load_sets.h"

/* Opened as a net and looked at; refused with the message, NULL: it may be read, or refused
 * otherwise. name: for the figures and the file that is kept. */
void hostile_net(const char *name, const char *message);
/* Opened as images of a shape. */
void hostile_set(const char *name, const struct shape *image, const char *message);

/* A tiny net in bad.h5, open to be changed. */
hid_t hostile_edit(void);
/* Sets an attribute to a text as fixed text of `size` bytes; 0: of any length. */
void hostile_text(hid_t object, const char *attribute, const char *text, size_t size);

#endif
