/* Builds a command line from a typed one and from the options in use, and has it parsed. */
#include "app/opening/opening.h"

#include "app/opening/words.h"
#include "app/options/options.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct opening *opening, char *word)
{
    opening->words = memory_grow(opening->words, (size_t)opening->n + 1, sizeof *opening->words);
    opening->words[opening->n++] = word;
}

/* How the program works, not what it works on. */
static bool stays(const struct flag *flag)
{
    static const char *const never[] = {
        "layer", "order", "help", "version", "script", "resume", "print-config", "plain"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(flag->name, never[i]) == 0)
            return false;
    return strcmp(flag->group, OPTIONS_NET) != 0 && flag->serves & WORKS_ON_SCREEN;
}

/* of_session: those too that say what is pruned, and how. */
static void inherit(struct opening *opening, const struct arguments *now, bool of_session)
{
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        const char *said = now->said[i];
        bool goes = stays(flag) && (of_session || !options_is_of_session(flag));
        if (said && goes && flag->argument)
            add(opening, memory_format("--%s=%s", flag->name, said));
        else if (said && goes)
            add(opening, memory_format("--%s", flag->name));
    }
}

/* A whole line that is a file's name, blanks and all, is one word. */
static bool add_typed(struct opening *opening, const char *line, struct error *err)
{
    int n;
    if (*line != '-' && access(line, F_OK) == 0) {
        add(opening, memory_string(line));
        return true;
    }
    char **words = words_split(line, &n, err);
    for (int i = 0; words && i < n; i++)
        add(opening, words[i]);
    free(words);
    return words != NULL;
}

/* "demo" names no file, and a name without a dot could be taken for a verb. */
static void settle_net(struct opening *opening, int first)
{
    bool any = opening->n > first && opening->words[first][0] != '-';
    char *word = any ? opening->words[first] : NULL;
    if (word && strcmp(word, "demo") == 0) {
        free(word);
        memmove(opening->words + first, opening->words + first + 1,
            (size_t)(opening->n - first - 1) * sizeof *opening->words);
        opening->n--;
    } else if (word && !strpbrk(word, "./")) {
        opening->words[first] = memory_format("./%s", word);
        free(word);
    }
}

static bool names(const struct opening *opening, const char *option)
{
    for (int i = 0; i < opening->n; i++) {
        const char *word = opening->words[i];
        size_t n = strlen(option);
        if (strncmp(word, option, n) == 0 && (word[n] == '\0' || word[n] == '='))
            return true;
    }
    return false;
}

static void add_images(struct opening *opening, const struct options *like)
{
    const char *const files[][2] = {{"clean", like->clean}, {"poisoned", like->poisoned},
        {"test-clean", like->test_clean}, {"test-poisoned", like->test_poisoned},
        {"clean-names", like->clean_names}, {"poisoned-names", like->poisoned_names},
        {"test-clean-names", like->test_clean_names},
        {"test-poisoned-names", like->test_poisoned_names}, {"data-name", like->data_name},
        {"label-name", like->label_name}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i][1])
            add(opening, memory_format("--%s=%s", files[i][0], files[i][1]));
}

static bool parse(struct opening *opening, const struct arguments *now, struct error *err)
{
    const struct verb *const verbs[] = {now->verb, NULL};
    struct arguments *arguments = &opening->arguments;
    if (!options_parse(arguments, verbs, opening->n, opening->words, err))
        return false;
    arguments->plain = now->plain;
    return true;
}

struct opening *opening_create(
    const char *line, const struct arguments *now, const struct options *like, struct error *err)
{
    struct opening *opening = memory_array(1, sizeof *opening);
    add(opening, memory_string("secateur"));
    inherit(opening, now, true);
    int first = opening->n;
    bool good = add_typed(opening, line, err);
    settle_net(opening, first);
    bool asks = names(opening, "--clean") || names(opening, "-c");
    bool net = opening->n > first;
    opening->alike = good && net && !asks && like;
    if (opening->alike)
        add_images(opening, like);
    if (good && parse(opening, now, err))
        return opening;
    opening_destroy(opening);
    return NULL;
}

struct opening *opening_resume(const char *file, const struct arguments *now, struct error *err)
{
    struct opening *opening = memory_array(1, sizeof *opening);
    add(opening, memory_string("secateur"));
    inherit(opening, now, false);
    add(opening, *file ? memory_format("--resume=%s", file) : memory_string("--resume"));
    if (parse(opening, now, err))
        return opening;
    opening_destroy(opening);
    return NULL;
}

void opening_destroy(struct opening *opening)
{
    if (!opening)
        return;
    words_free(opening->words, opening->n);
    free(opening);
}
