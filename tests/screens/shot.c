/* A picture of the running program, for looking at and for the README:
 *   shot COLUMNSxROWS PICTURE.png "KEY KEY ..." [argument of secateur] ...
 * A KEY is sent as it is; "@text" waits until the text is seen ('_' is a blank), "~N" waits until
 * nothing came for N milliseconds, "^M" and "^[" are Enter and Esc. */
#include "tests/screens/harness.h"

#include "engine/base/memory.h"
#include "tests/screens/picture_of_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void press(struct harness *harness, char *word)
{
    char control[2] = {0};
    if (word[0] == '@' && word[1]) {
        for (char *c = word; *c; c++)
            *c = (char)(*c == '_' ? ' ' : *c);
        if (!harness_wait(harness, word + 1))
            exit(1);
    } else if (word[0] == '~' && word[1]) {
        harness_settle(harness, atoi(word + 1));
    } else if (word[0] == '^' && word[1]) {
        control[0] = (char)(word[1] & 0x1f);
        harness_keys(harness, control);
    } else {
        harness_keys(harness, strcmp(word, "Space") == 0 ? " " : word);
    }
}

int main(int argc, char **argv)
{
    int columns, rows;
    if (argc < 4 || sscanf(argv[1], "%dx%d", &columns, &rows) != 2) {
        fputs("usage: shot COLUMNSxROWS PICTURE.png KEYS [ARGUMENT ...]\n", stderr);
        return 2;
    }
    const struct harness_options options = {
        .columns = columns, .rows = rows, .arguments = (const char *const *)argv + 4};
    struct harness *harness = harness_start(&options);
    char *keys = memory_string(argv[3]);
    for (char *word = strtok(keys, " "); word; word = strtok(NULL, " "))
        press(harness, word);
    harness_settle(harness, 150);
    struct cells cells = harness_cells(harness);
    bool light = false;
    for (int i = 4; i < argc; i++)
        light = light || strcmp(argv[i], "light") == 0;
    bool good = picture_of_cells_png(&cells, theme_find(light ? "light" : "dark"), 0, argv[2]);
    char *text = picture_of_cells_text(&cells);
    fputs(text, stdout);
    free(text);
    free(keys);
    cells_finish(&cells);
    harness_stop(harness);
    return good ? 0 : 1;
}
