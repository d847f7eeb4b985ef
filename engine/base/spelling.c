/* The nearest word: one that the typed word begins or continues, or by edit distance with swapped
 * neighbours (Damerau 1964). */
#include "engine/base/spelling.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How many letters must be added, dropped, changed or swapped to turn a into b. */
static int distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    int m = (int)strlen(a), n = (int)strlen(b), rows[3][LONGEST + 1];
    if (m > LONGEST || n > LONGEST)
        return LONGEST;
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = two[j - 2] + 1 < best ? two[j - 2] + 1 : best;
            row[j] = best;
        }
    }
    return rows[m % 3][n];
}

/* Is `typed` a longer form of the word, as evaluate of eval? */
static bool continues(const char *typed, const char *word, size_t least)
{
    size_t length = strlen(word);
    return length >= least && strncmp(typed, word, length) == 0;
}

const char *spelling_nearest(const char *typed, const char *const *words, int n)
{
    const char *best = NULL;
    int length = (int)strlen(typed), least = length / 3 < 2 ? 2 + length / 3 : 4;
    for (int i = 0; i < n; i++) {
        bool begins = length >= 3 && strncmp(typed, words[i], (size_t)length) == 0;
        int d = begins ? 0 : continues(typed, words[i], 4) ? 1 : distance(typed, words[i]);
        if (d >= least)
            continue;
        best = words[i];
        least = d;
    }
    return best;
}

const char *spelling_hint(
    char hint[SPELLING_HINT], const char *typed, const char *const *words, int n)
{
    const char *near = spelling_nearest(typed, words, n);
    int used = near ? snprintf(hint, SPELLING_HINT, "did you mean %s?", near)
                    : snprintf(hint, SPELLING_HINT, "use one of:");
    for (int i = 0; i < n && !near; i++) {
        const char *more = i + 1 < n ? "," : "";
        if (used + (int)strlen(words[i]) + 8 > SPELLING_HINT)
            return strcat(hint, " ...");
        used += snprintf(hint + used, (size_t)(SPELLING_HINT - used), " %s%s", words[i], more);
    }
    return hint;
}
