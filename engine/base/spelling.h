/* The word that was meant where one was mistyped. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_SPELLING_H
#define SECATEUR_ENGINE_BASE_SPELLING_H

/* The word of words[n] that looks most like `typed`, NULL: none is near. */
const char *spelling_nearest(const char *typed, const char *const *words, int n);

/* "did you mean X?" where one is near, else "there are A, B, C" as far as they fit. */
enum { SPELLING_HINT = 320 };
const char *spelling_hint(
    char hint[SPELLING_HINT], const char *typed, const char *const *words, int n);

#endif
