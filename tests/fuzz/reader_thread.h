/* Readers within this process: the same code and the same channel, in a thread in place of a
 * process, so that what a file does to it is seen here. starter_start and sandbox_destroy are
 * wrapped (meson.build): one reader at a time. Thread: the one that opens files. */
#ifndef SECATEUR_TESTS_FUZZ_READER_THREAD_H
#define SECATEUR_TESTS_FUZZ_READER_THREAD_H

#include <stdbool.h>
#include <stddef.h>

enum reader_kind {
    READER_THREAD,  /* in this process */
    READER_PROCESS, /* the sandbox itself */
    READER_LIES,    /* sends what it was given to say, and reads nothing */
};

extern enum reader_kind reader_kind;

/* What the next readers say, and fill into their ring again and again. Borrowed. */
void reader_thread_lie(const void *bytes, size_t size);
/* What the last one said; borrowed until the next. */
const void *reader_thread_said(size_t *size);

#endif
