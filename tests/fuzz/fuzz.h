/* What a target of fuzzing is, and what it checks with. A target is a file target_NAME.c with
 * LLVMFuzzerTestOneInput and fuzz_target; driver.c runs it, or libFuzzer does. Thread: one. */
#ifndef SECATEUR_TESTS_FUZZ_FUZZ_H
#define SECATEUR_TESTS_FUZZ_FUZZ_H

#include "engine/base/error.h"
#include "tests/fuzz/mutators/mutate.h"

#include <stddef.h>
#include <stdint.h>

/* Of a target; owner: who drives it. */
struct fuzz_seeds {
    int n;
    struct fuzz_input *list;
};
void fuzz_seed(struct fuzz_seeds *seeds, const void *bytes, size_t size); /* copied */
void fuzz_seed_text(struct fuzz_seeds *seeds, const char *text);
void fuzz_seed_file(struct fuzz_seeds *seeds, const char *path);

struct fuzz_target {
    const char *name;
    /* Inputs that are read well, made in the folder of the run. */
    void (*seeds)(struct fuzz_seeds *seeds);
    void (*mutate)(struct fuzz_input *input, struct random *random); /* once */
    /* How hostile files end that it reads, ".h5"; NULL: none. */
    const char *ending;
    /* It calls the HDF5 library, which may die of a file in a reader's process: then that process
     * must have held it, and one line said it. */
    bool hdf5;
};
extern const struct fuzz_target fuzz_target;

/* Reads the input as the program would and checks what must hold for any. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Counts an input as read or refused; checks that a refusal is one line that begins with
 * the path (NULL: with anything). */
void fuzz_judge(bool read, const struct error *err, const char *path);
/* Ends the run with what should have been. */
void fuzz_check(bool holds, const char *what, const char *text);
/* The whole file `path` in the folder of the run. */
void fuzz_write(const char *path, const void *bytes, size_t size);

/* How often fuzz_judge said each, since the start of the process. */
struct fuzz_counts {
    long read, refused;
};
extern struct fuzz_counts fuzz_counts;
extern bool fuzz_shows; /* every refusal, on standard error */

#endif
