/* Which word somebody meant who mistyped one. */
#ifndef SECATEUR_ENGINE_BASE_NEAREST_H
#define SECATEUR_ENGINE_BASE_NEAREST_H

/* The word of words[n] that looks most like `typed`, NULL: none is near. */
const char *nearest_word(const char *typed, const char *const *words, int n);

/* "did you mean X?" where one is near, else "there are A, B, C" as far as they fit. */
enum { NEAREST_HINT = 160 };
const char *nearest_hint(
    char hint[NEAREST_HINT], const char *typed, const char *const *words, int n);

#endif
