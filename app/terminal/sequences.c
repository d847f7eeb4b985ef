/* The window's title, the clipboard and the switches that curses does not know. */
#include "app/terminal/sequences.h"

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

/* Base64 of three bytes, of which n count. */
static void encode(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned group = (unsigned)bytes[0] << 16;
    group |= n > 1 ? (unsigned)bytes[1] << 8 : 0;
    group |= n > 2 ? bytes[2] : 0;
    out[0] = digits[group >> 18 & 63];
    out[1] = digits[group >> 12 & 63];
    out[2] = n > 1 ? digits[group >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[group & 63] : '=';
}

void sequences_copy(const char *text)
{
    size_t n = strlen(text);
    char *coded = memory_array(n / 3 * 4 + 5, 1);
    for (size_t i = 0; i < n; i += 3)
        encode((const unsigned char *)text + i, n - i, coded + i / 3 * 4);
    char *sequence = memory_format("\033]52;c;%s\a", coded);
    sequences_send(sequence);
    free(sequence);
    free(coded);
}
