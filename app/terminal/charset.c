/* UTF-8 or ASCII, by the locale. */
#include "app/terminal/charset.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The variable that decides, NULL when none is set. */
static const char *wanted(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

static bool is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void charset_init(void)
{
    const char *name = wanted();
    if (name && (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0))
        return;
    if (!setlocale(LC_CTYPE, "") || !is_utf8())
        setlocale(LC_CTYPE, "C.UTF-8");
}

bool charset_is_ascii(void)
{
    return !is_utf8();
}
