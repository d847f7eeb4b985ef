/* Options by name, for the journal and the configuration. */
#include "app/options/options.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

bool options_suit(const struct flag *flag, const struct verb *verb)
{
    return flag->serves == EVERY_VERB || flag->serves & verb->can;
}

int options_index(const char *name)
{
    for (int i = 0; options_at(i); i++)
        if (strcmp(options_at(i)->name, name) == 0)
            return i;
    return -1;
}

bool options_set(struct arguments *arguments, int index, const char *value, struct error *err)
{
    const struct flag *flag = options_at(index);
    char *copy = memory_string(value); /* stays as long as the program, as argv does */
    if (!flag->set((char *)arguments + flag->field, copy, err)) {
        free(copy);
        return fail_in(err, flag->name);
    }
    arguments->said[index] = copy;
    return true;
}

void options_unset(struct arguments *arguments, int index)
{
    const char *nothing = NULL;
    memcpy((char *)arguments + options_at(index)->field, &nothing, sizeof nothing);
    arguments->said[index] = NULL;
}

bool options_is_of_session(const struct flag *flag)
{
    return flag->serves & WORKS_ON_SCREEN && strcmp(flag->name, "repaired") != 0 &&
           (strcmp(flag->group, OPTIONS_NET) == 0 || strcmp(flag->group, OPTIONS_PRUNING) == 0);
}

bool options_is_file(const struct flag *flag, const char *value)
{
    if (strcmp(flag->name, "order") == 0)
        return strcmp(value, "ascending") != 0 && strcmp(value, "descending") != 0;
    return flag->argument && strcmp(flag->argument, "FILE") == 0;
}
