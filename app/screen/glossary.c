/* The glossary's table and a look-up by beginnings. */
#include "app/screen/glossary.h"

#include "engine/base/text.h"

#include <stdlib.h>
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
    char *wanted = text_typed(beginning);
    size_t length = strlen(wanted);
    bool found = false;
    for (int i = 0; i < N_TERMS && length > 0 && !found; i++) {
        char *term = text_typed(table[i].term);
        for (const char *word = term; word && !found; word = strchr(word, ' ')) {
            word += *word == ' ';
            found = strncasecmp(word, wanted, length) == 0;
        }
        free(term);
    }
    free(wanted);
    return found;
}
