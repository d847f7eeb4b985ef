/* Pictures that one reader looks at: the bytes of some hundred files, which this process opens, as
 * they may be many. Private to the room. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_PICTURE_BATCH_H
#define SECATEUR_ENGINE_IO_IMAGES_PICTURE_BATCH_H

#include "engine/io/files/set_files.h"
#include "engine/io/pictures/picture_decode.h"
#include "engine/io/sandbox/sandbox.h"

struct picture_batch; /* owner: the caller */

/* Of `total` pictures, which lie evenly apart in the set, those from number `first` on. NULL with
 * err: one cannot be opened, or is too large. */
struct picture_batch *picture_batch_read(
    const struct set_files *files, int total, int first, struct error *err);
void picture_batch_destroy(struct picture_batch *batch); /* accepts NULL */
int picture_batch_count(const struct picture_batch *batch);
/* The place in the set of number `image`: a folder has one class after the other. */
int picture_batch_place(const struct set_files *files, int total, int image);

/* A reader that calls picture_batch_each; `order` is for it. As sandbox_open. */
struct sandbox *picture_batch_open(const struct picture_batch *batch, const char *name,
    sandbox_reader *reader, const struct sandbox_part *order, struct error *err);

/* In the reader: looks at each picture, until one is bad. */
typedef bool picture_look(void *context, struct picture_file *file, struct error *err);
bool picture_batch_each(
    const struct sandbox_work *work, picture_look *look, void *context, struct error *err);
const void *picture_batch_order(const struct sandbox_work *work);

#endif
