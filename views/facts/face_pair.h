/* The same picture in the other set: a clean image with the trigger laid on, or without it.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_FACE_PAIR_H
#define SECATEUR_VIEWS_FACTS_FACE_PAIR_H

#include "views/facts/faces.h"

/* Index in the other set, -1: none. The sets are taken to run in the same order, the smaller one
 * with some left out (as images of the target class are); the pictures themselves decide. */
int face_pair(const struct snapshot *snapshot, struct face face);

#endif
