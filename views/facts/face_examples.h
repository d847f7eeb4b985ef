/* Pairs of images in which the attack can be seen: the unpruned net reads the clean one right, and
 * the poisoned one as the attack wants. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_FACE_EXAMPLES_H
#define SECATEUR_VIEWS_FACTS_FACE_EXAMPLES_H

#include "engine/api/snapshot.h"
#include "views/facts/face.h"

enum { FACE_EXAMPLES = 48 }; /* images, two a pair */

/* Clean and poisoned image in turn, one pair of each class before a second one; the same in every
 * round. Where no pairs are known they are strangers. Returns how many images. */
int face_examples(const struct snapshot *snapshot, struct face examples[FACE_EXAMPLES]);

#endif
