/* The window's title, the clipboard and the switches that curses does not know. */
#include "app/terminal/sequences.h"

#include "app/graphics/base64.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sequences_send(const char *bytes)
{
    size_t left = strlen(bytes);
    while (left > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        left -= (size_t)n;
    }
}

void sequences_title(const char *title)
{
    char *shown = text_shown(title);
    char *sequence = memory_format("\033]2;%s\033\\", shown);
    sequences_send(sequence);
    free(sequence);
    free(shown);
}

void sequences_copy(const char *text)
{
    char *coded = base64_of((const unsigned char *)text, strlen(text));
    char *sequence = memory_format("\033]52;c;%s\a", coded);
    sequences_send(sequence);
    free(sequence);
    free(coded);
}
