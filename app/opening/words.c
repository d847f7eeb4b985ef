/* Quotes and backslashes of a line that names files. */
#include "app/opening/words.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Copies one word, of which `at` is the first byte, to `out`; returns what is behind it, NULL: a
 * quote is open. */
static const char *take_word(const char *at, char *out)
{
    char quote = '\0';
    for (; *at && (quote || (*at != ' ' && *at != '\t')); at++) {
        if (*at == '\\' && quote != '\'' && at[1])
            *out++ = *++at;
        else if (quote && *at == quote)
            quote = '\0';
        else if (!quote && (*at == '\'' || *at == '"'))
            quote = *at;
        else
            *out++ = *at;
    }
    *out = '\0';
    return quote ? NULL : at;
}

/* "~/x" in the home folder; takes the word over. */
static char *at_home(char *word)
{
    const char *home = getenv("HOME");
    if (strncmp(word, "~/", 2) != 0 || !home || !*home)
        return word;
    char *longer = memory_format("%s%s", home, word + 1);
    free(word);
    return longer;
}

char **words_split(const char *line, int *n, struct error *err)
{
    char **words = NULL;
    *n = 0;
    for (const char *at = line; *(at += strspn(at, " \t"));) {
        char *word = memory_array(strlen(at) + 1, 1);
        bool bare = *at == '~';
        words = memory_grow(words, (size_t)*n + 1, sizeof *words);
        words[*n] = word;
        at = take_word(at, word);
        words[*n] = bare && at ? at_home(word) : word;
        ++*n;
        if (!at) {
            words_free(words, *n);
            fail_as(err, ERROR_USAGE, "a quote is open: %s", line);
            return NULL;
        }
    }
    return words ? words : memory_array(1, sizeof *words);
}

void words_free(char **words, int n)
{
    for (int i = 0; i < n; i++)
        free(words[i]);
    free(words);
}

char *words_file(const char *text, struct error *err)
{
    int n;
    if (*text != '\'' && *text != '"')
        return at_home(memory_string(text));
    char **words = words_split(text, &n, err), *first = NULL;
    if (words && n == 1)
        first = memory_string(words[0]);
    else if (words)
        fail_as(err, ERROR_USAGE, "one file is wanted: %s", text);
    if (words)
        words_free(words, n);
    return first;
}

char *words_quoted(const char *file)
{
    bool plain = *file && *file != '~' && !strpbrk(file, " \t'\"\\");
    if (plain)
        return memory_string(file);
    char *word = memory_array(2 * strlen(file) + 3, 1), *out = word;
    *out++ = '"';
    for (; *file; file++) {
        if (*file == '"' || *file == '\\')
            *out++ = '\\';
        *out++ = *file;
    }
    *out++ = '"';
    *out = '\0';
    return word;
}
