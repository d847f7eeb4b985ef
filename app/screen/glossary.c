/* The glossary's table and a look-up by beginnings. */
#include "app/screen/glossary.h"

#include <stddef.h>
#include <string.h>

static const struct glossary_term table[] = {
#define TERM(term, meaning) {term, meaning},
#include "app/screen/glossary.def"
#undef TERM
};
enum { N_TERMS = sizeof table / sizeof *table };

const struct glossary_term *glossary_at(int index)
{
    return index >= 0 && index < N_TERMS ? &table[index] : NULL;
}

bool glossary_begins(const char *beginning)
{
    size_t length = strlen(beginning);
    for (int i = 0; i < N_TERMS && length > 0; i++)
        for (const char *word = table[i].term; word; word = strchr(word, ' ')) {
            word += *word == ' ';
            if (strncasecmp(word, beginning, length) == 0)
                return true;
        }
    return false;
}
