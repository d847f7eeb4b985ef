/* The note of a surrogate as text, and back; believes nothing it says but that there is one. */
#include "engine/io/images/surrogate_note.h"

#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *surrogate_write(const struct surrogate *surrogate, char text[SURROGATE_NOTE])
{
    snprintf(text, SURROGATE_NOTE, "class=%d; sha256=%s; clean=%s", surrogate->class,
        surrogate->digest, surrogate->clean);
    return text;
}

/* The value behind a key, up to ';' or, of the last, to the end; NULL: it is not there. */
static const char *value_of(const char *text, const char *key, size_t *length)
{
    const char *at = strstr(text, key);
    if (!at)
        return NULL;
    at += strlen(key);
    *length = strcspn(at, ";");
    return at;
}

void surrogate_read(const char *text, struct surrogate *surrogate)
{
    size_t length;
    *surrogate = (struct surrogate){.class = -1};
    const char *class = value_of(text, "class=", &length);
    if (class && length > 0 && strspn(class, "0123456789") == length && length < 10)
        surrogate->class = atoi(class);
    const char *digest = value_of(text, "; sha256=", &length);
    if (digest && length == DIGEST_TEXT - 1 && strspn(digest, "0123456789abcdef") == length)
        snprintf(surrogate->digest, sizeof surrogate->digest, "%.*s", (int)length, digest);
    const char *clean = value_of(text, "; clean=", &length);
    if (clean)
        text_fit(surrogate->clean, sizeof surrogate->clean, clean);
}
