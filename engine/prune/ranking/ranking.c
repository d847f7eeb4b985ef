/* Orders channels by their scores; ties keep the order of the channels. */
#include "engine/prune/ranking/ranking.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scored {
    double score; /* smaller is earlier */
    int channel;
};

static int earlier(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->channel - y->channel;
}

void ranking_by_score(const double *scores, int n, bool descending, int *order)
{
    struct scored *all = memory_array((size_t)n, sizeof *all);
    for (int c = 0; c < n; c++)
        all[c] = (struct scored){descending ? -scores[c] : scores[c], c};
    qsort(all, (size_t)n, sizeof *all, earlier);
    for (int c = 0; c < n; c++)
        order[c] = all[c].channel;
    free(all);
}

/* Adds one word of the file to order[*n]. */
static bool add_word(const char *path, int line, const char *word, int n_channels, int *order,
    int *n, struct error *err)
{
    char *end;
    errno = 0;
    long channel = strtol(word, &end, 10);
    if (*end || errno)
        return fail(err, "%s: line %d: \"%s\" is not a channel number", path, line, word);
    if (channel < 0 || channel >= n_channels)
        return fail(err, "%s: line %d: channel %ld does not exist; channels are 0 to %d", path,
            line, channel, n_channels - 1);
    for (int i = 0; i < *n; i++)
        if (order[i] == channel)
            return fail(err, "%s: line %d: channel %ld occurs twice", path, line, channel);
    order[(*n)++] = (int)channel;
    return true;
}

int ranking_from_file(const char *path, int n_channels, int *order, struct error *err)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        fail(err, "%s: %s", path, strerror(errno));
        return -1;
    }
    char *text = NULL, *rest;
    size_t size = 0;
    int n = 0;
    bool good = true;
    for (int line = 1; good && getline(&text, &size, file) >= 0; line++) {
        text[strcspn(text, "#")] = '\0';
        for (char *word = strtok_r(text, " \t\r\n,", &rest); word && good;
             word = strtok_r(NULL, " \t\r\n,", &rest))
            good = add_word(path, line, word, n_channels, order, &n, err);
    }
    free(text);
    if (good && ferror(file))
        good = fail(err, "%s: %s", path, strerror(errno));
    if (good && n == 0)
        good = fail(err, "%s: holds no channel number", path);
    fclose(file);
    return good ? n : -1;
}
