/* What is measured: a net with a backdoor and image sets of the lab's size, made by jittering.
 * With SECATEUR_REAL the lab's own net and 171 real faces, else the demo's net and faces: shifted
 * by a pixel, 8 % lighter or darker, with noise, in whole numbers. Written once as the lab has
 * them (float64, NCHW, not compressed), so that reading is part of what is measured.
 * Owner: the caller. Thread: one. */
#ifndef SECATEUR_TESTS_BENCH_LAB_H
#define SECATEUR_TESTS_BENCH_LAB_H

#include "engine/api/options.h"
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"

enum { LAB_IMAGES = 11547 };

/* Files in the folder that SECATEUR_BENCH_FOLDER names; texts are malloc'd once and kept. */
struct lab {
    const char *what; /* "the lab's net, real faces" */
    const char *real; /* the folder SECATEUR_REAL, or NULL */
    const char *folder;
    const char *model; /* NULL: the demo's */
    const char *clean, *poisoned;
    double scale;
};

struct lab lab_get(void);
int lab_images(void); /* of each set: SECATEUR_BENCH_IMAGES or LAB_IMAGES */
bool lab_write(const struct lab *lab, struct error *err);
struct options lab_options(const struct lab *lab, int limit); /* for a session */
struct model *lab_model(const struct lab *lab, struct error *err);
/* n clean images jittered in memory. */
struct dataset *lab_images_in_memory(
    const struct lab *lab, const struct network *network, int n, struct error *err);
/* n clean images jittered into a file of bytes. */
bool lab_write_bytes(const struct lab *lab, const struct network *network, int n, const char *path,
    struct error *err);
/* Random weights, and biases that let every channel speak. */
void lab_randomise(struct network *network);
struct dataset *lab_read(
    const char *path, const struct network *network, int limit, struct error *err);

#endif
