/* One error, in one line, with the class that becomes the exit status.
 * Owner: the caller's stack. Thread: any. Names that came from files are shown escaped. */
#ifndef SECATEUR_ENGINE_BASE_ERROR_H
#define SECATEUR_ENGINE_BASE_ERROR_H

#include <stdbool.h>

enum error_class {
    ERROR_NONE = 0,
    ERROR_FAILED = 1,    /* something else went wrong */
    ERROR_USAGE = 2,     /* the command line, or no terminal */
    ERROR_INPUT = 3,     /* a file that cannot be used */
    ERROR_TARGET = 4,    /* the goal asked for was not reached */
    ERROR_OUTPUT = 5,    /* a file that cannot be written */
    ERROR_CANCELLED = 6, /* the caller asked to stop */
};

struct error {
    enum error_class class;
    char text[512]; /* one line: file, object, reason; control characters escaped */
};

/* Both fill *err (which may be NULL) and return false, so that a caller can `return fail(…)`.
 * fail() is the common case, a bad input file (ERROR_INPUT). */
bool fail(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool fail_as(struct error *err, enum error_class class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text of an error that is already filled; returns false. */
bool fail_in(struct error *err, const char *context);

#endif
