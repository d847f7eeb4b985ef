/* A function in a thread of its own that runs only while its owner waits for it, and hands out one
 * value after the other. Between two of them the owner may do anything: let it wait, go on, or end
 * it. So long work becomes steps without being written as steps.
 * Owner: the caller. Thread: one; the function never runs at the same time. */
#ifndef SECATEUR_ENGINE_BASE_GENERATOR_H
#define SECATEUR_ENGINE_BASE_GENERATOR_H

#include "engine/base/error.h"

struct generator;

typedef void generator_body(struct generator *generator, void *context);

/* The body begins with the first generator_next. NULL with err: there is no thread for it. */
struct generator *generator_create(generator_body *body, void *context, struct error *err);
/* Ends the body: generator_yield returns false in it. Accepts NULL. */
void generator_destroy(struct generator *generator);

/* For the owner: the next value, which stays until the next call; NULL: the body has ended. */
const void *generator_next(struct generator *generator);
/* For the body: hands out a value, and waits. False: it is to end, and hands out no more. */
bool generator_yield(struct generator *generator, const void *value);

#endif
