/* The words that a person meets, made from docs/glossary.md at build time. Thread: any; everything
 * here is constant. */
#ifndef SECATEUR_APP_SCREEN_GLOSSARY_H
#define SECATEUR_APP_SCREEN_GLOSSARY_H

#include <stdbool.h>

struct glossary_term {
    const char *term, *meaning;
};

const struct glossary_term *glossary_at(int index); /* NULL behind the last */
/* Does a term, or a word in it, begin so? Case does not matter. Then the word is what is wanted
 * of the help, before commands that only speak of it. */
bool glossary_begins(const char *beginning);

#endif
