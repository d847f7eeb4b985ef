/* The table of net formats, from the list in meson.build. */
#include "engine/io/nets/net_format.h"

#include "engine/io/nets/model.h"

#include <string.h>

#define ENTRY(name) extern const struct net_format net_format_##name;
#include "engine/io/nets/net_formats.def"
#undef ENTRY

#define ENTRY(name) &net_format_##name,
static const struct net_format *const formats[] = {
#include "engine/io/nets/net_formats.def"
};
#undef ENTRY

enum { FORMATS = sizeof formats / sizeof *formats };

const struct net_format *net_format_of(const struct source *source)
{
    const struct net_format *rest = NULL;
    for (int i = 0; i < FORMATS; i++)
        if (!formats[i]->recognises)
            rest = formats[i];
        else if (formats[i]->recognises(source))
            return formats[i];
    return rest;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

bool model_is_name(const char *path)
{
    bool is = net_format_ending(NULL, path);
    for (int i = 0; i < FORMATS; i++)
        for (int k = 0; formats[i]->more_endings && formats[i]->more_endings[k]; k++)
            is = is || ends_with(path, formats[i]->more_endings[k]);
    return is;
}

const char *net_format_ending(const struct net_format *format, const char *path)
{
    const char *longest = NULL;
    for (int i = 0; i < FORMATS; i++)
        for (int k = 0; formats[i]->endings[k]; k++) {
            const char *ending = formats[i]->endings[k];
            if ((!format || format == formats[i]) && ends_with(path, ending) &&
                (!longest || strlen(ending) > strlen(longest)))
                longest = ending;
        }
    return longest;
}
