/* Bytes of a terminal into events: UTF-8, CSI and SS3 keys, SGR and X10 mice, bracketed pastes.
 * Whatever else a terminal says (answers, reports) is read to its end and never becomes keys. */
#include "app/terminal/input.h"

#include "app/terminal/answers.h"
#include "app/terminal/csi_keys.h"
#include "app/terminal/mouse.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESC '\033'
static const char paste_end[] = "\033[201~";
enum { PASTE_END = sizeof paste_end - 1, DEFINED = 64, STRING_MOST = 4096, LARGE_PIECE = 1024 };

/* Seconds. A person's Esc stands alone; a sequence may come in pieces over a slow line. */
static const double esc_holds = 0.025, esc_holds_asked = 0.3, sequence_holds = 0.5;
static const double string_holds = 3, paste_holds = 5;
static const double burst_goes_on = 0.05;

struct input {
    char *bytes; /* those from begin to end are not read yet */
    size_t begin, end, room;
    uint64_t consumed, burst_end; /* counted from the very first byte */
    double fed, burst_fed;
    double held_since, hold; /* since when the first byte waits, and how long it may */
    bool held;

    bool pasting;
    char paste[INPUT_PASTE];
    size_t kept, pasted;

    struct {
        char bytes[16];
        size_t n;
        int key;
    } defined[DEFINED];
    int n_defined;

    struct answers answers;

    struct mouse mouse;
};

struct input *input_create(void)
{
    struct input *input = memory_array(1, sizeof *input);
    mouse_init(&input->mouse);
    input->burst_fed = -1e9;
    return input;
}

void input_destroy(struct input *input)
{
    if (!input)
        return;
    free(input->bytes);
    free(input);
}

void input_define(struct input *input, const char *sequence, int key)
{
    size_t n = strlen(sequence);
    if (n < 1 || n > sizeof input->defined[0].bytes || input->n_defined == DEFINED)
        return;
    memcpy(input->defined[input->n_defined].bytes, sequence, n);
    input->defined[input->n_defined].n = n;
    input->defined[input->n_defined++].key = key;
}

void input_asked(struct input *input, double now)
{
    input->answers.asked = true;
    input->answers.asked_at = now;
}

bool input_answered(const struct input *input)
{
    return input->answers.answered;
}

bool input_ground(const struct input *input, uint32_t *rgb)
{
    *rgb = input->answers.ground;
    return input->answers.has_ground;
}

const struct graphics_answers *input_graphics(const struct input *input)
{
    return &input->answers.graphics;
}

/* Many characters in one read, not one key that is held down. */
static bool is_burst(const struct input *input, const char *bytes, size_t n, double now)
{
    bool same = true;
    if (input->pasting || n == 0 || memchr(bytes, ESC, n))
        return false;
    for (size_t i = 1; i < n; i++)
        same = same && bytes[i] == bytes[0];
    return (n >= INPUT_BURST && !same) || now - input->burst_fed < burst_goes_on;
}

void input_feed(struct input *input, const char *bytes, size_t n, double now)
{
    bool open = !input->pasting && !input->held;
    size_t late = open ? answers_late(&input->answers, bytes, n) : 0;
    bytes += late;
    n -= late;
    if (input->pasting && n == 1 && bytes[0] == 3 && now - input->fed > esc_holds_asked) {
        /* Ctrl-C: its end never came */
        input->pasting = false;
        return;
    }
    if (input->begin > 0) {
        memmove(input->bytes, input->bytes + input->begin, input->end - input->begin);
        input->end -= input->begin;
        input->begin = 0;
    }
    if (input->end + n > input->room) {
        input->room = 2 * (input->end + n);
        input->bytes = memory_grow(input->bytes, input->room, 1);
    }
    if (n > 0)
        memcpy(input->bytes + input->end, bytes, n);
    input->end += n;
    input->fed = now;
    if (is_burst(input, bytes, n, now)) {
        input->burst_end = input->consumed + input->end;
        if (n >= LARGE_PIECE) /* what does not fit into one read goes on in the next */
            input->burst_fed = now;
    }
}

static void consume(struct input *input, size_t n)
{
    input->begin += n;
    input->consumed += n;
    input->held = false;
}

/* Nothing to be said yet, unless it was long enough. */
static bool waits(struct input *input, double seconds, double now)
{
    if (!input->held)
        input->held_since = now;
    input->held = true;
    input->hold = seconds;
    return now - input->held_since < seconds;
}

static void keep_paste(struct input *input, size_t n)
{
    const char *bytes = input->bytes + input->begin;
    for (size_t i = 0; i < n && input->kept + 1 < INPUT_PASTE; i++)
        input->paste[input->kept++] = (char)(bytes[i] ? bytes[i] : ' ');
    input->pasted += n;
    consume(input, n);
}

static bool take_paste(struct input *input, struct event *event, double now)
{
    const char *bytes = input->bytes + input->begin;
    size_t n = input->end - input->begin;
    const char *end = n > 0 ? memmem(bytes, n, paste_end, PASTE_END) : NULL;
    size_t back = 0; /* bytes at the end that may begin the mark */
    for (size_t i = 1; !end && i < PASTE_END && i <= n; i++)
        if (memcmp(bytes + n - i, paste_end, i) == 0)
            back = i;
    keep_paste(input, end ? (size_t)(end - bytes) : n - back);
    if (end)
        consume(input, PASTE_END);
    else if (now - input->fed < paste_holds)
        return false;
    input->pasting = false;
    input->paste[input->kept] = '\0';
    *event = (struct event){.key = PRESS_PASTE, .text = input->paste, .size = input->pasted};
    return true;
}

/* --- one key or sequence: each returns the bytes it took, 0: it may go on --- */

static size_t plain(struct event *event, unsigned char byte)
{
    event->key = byte == '\n' ? PRESS_ENTER : byte == 127 || byte == 8 ? PRESS_BACKSPACE : byte;
    return 1;
}

/* A character of several bytes; what is none is passed over. */
static size_t character(struct input *input, struct event *event, size_t n, double now)
{
    const unsigned char *s = (const unsigned char *)input->bytes + input->begin;
    size_t more = s[0] >= 0xf5 ? 0 : s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc2 ? 1 : 0;
    int value = s[0] & (more == 3 ? 0x07 : more == 2 ? 0x0f : 0x1f);
    for (size_t i = 1; i <= more; i++) {
        if (i == n)
            return waits(input, sequence_holds, now) ? 0 : 1;
        if ((s[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (s[i] & 0x3f);
    }
    if (more > 0 && value >= 0xa0 && value < 0x110000 && (value < 0xd800 || value >= 0xe000))
        event->key = value;
    return more + 1;
}

/* What the sequence from its third byte on, with its final one, means. */
static void dispatch(
    struct input *input, struct event *event, const char *bytes, size_t n, double now)
{
    char text[64], final = bytes[n - 1];
    int numbers[3] = {0}, count = 0;
    if (n >= sizeof text)
        return;
    snprintf(text, sizeof text, "%.*s", (int)n, bytes);
    for (char *at = text + strspn(text, "<?>="); count < 3 && *at >= '0' && *at <= '9';) {
        numbers[count++] = (int)strtol(at, &at, 10);
        at += *at == ';' || *at == ':';
    }
    bool private = strchr("<?>=", text[0]);
    if (text[0] == '<' && (final == 'M' || final == 'm') && count == 3)
        mouse_report(&input->mouse, event, numbers, final == 'm', now);
    else if (text[0] == '?' && final == 'c')
        answers_attributes(&input->answers, text);
    else if (private)
        return;
    else if (final == 't' && count == 3 && numbers[0] == 6)
        answers_cell_size(&input->answers, numbers);
    else if (final == '~' && numbers[0] == 200)
        input->pasting = true, input->kept = input->pasted = 0;
    else if (final == '~' && count == 1)
        event->key = csi_number_key(numbers[0]);
    else if (final != 'M' && (count == 0 || (count == 2 && numbers[0] == 1)))
        event->key = csi_letter_key(final, numbers[1]);
}

static size_t csi(struct input *input, struct event *event, size_t n, double now)
{
    const char *s = input->bytes + input->begin;
    size_t i = 2;
    if (n > 2 && s[2] == 'M') { /* X10: three bytes, 32 more than what they mean */
        if (n < 6)
            return waits(input, sequence_holds, now) ? 0 : n;
        const unsigned char *p = (const unsigned char *)s + 3;
        const int place[] = {p[0] - 32, p[1] - 32, p[2] - 32};
        mouse_report(&input->mouse, event, place, place[0] == 3, now);
        return 6;
    }
    if (n > 2 && s[2] == '[') { /* F1 … F5 of the Linux console */
        if (n < 4)
            return waits(input, sequence_holds, now) ? 0 : n;
        event->key = s[3] >= 'A' && s[3] <= 'E' ? PRESS_F1 + s[3] - 'A' : PRESS_NONE;
        return 4;
    }
    while (i < n && s[i] >= 0x20 && s[i] < 0x40)
        i++;
    if (i == n) {
        if (waits(input, sequence_holds, now))
            return 0;
        bool pressed = n == 2 && !input->answers.asked; /* Esc and a bracket */
        answers_break(&input->answers, '[');
        event->key = pressed ? PRESS_ESCAPE : PRESS_NONE;
        return pressed ? 1 : n;
    }
    if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e)
        return i; /* broken off */
    dispatch(input, event, s + 2, i - 1, now);
    return i + 1;
}

/* OSC, DCS and APC up to BEL or ST: answers, which are no keys. */
static size_t string(struct input *input, size_t n, double now)
{
    const char *s = input->bytes + input->begin;
    for (size_t i = 2; i < n; i++) {
        bool ends = s[i] == ESC && i + 1 < n;
        if (s[i] != '\a' && !ends)
            continue;
        if (s[1] == ']')
            answers_ground(&input->answers, s + 2, i - 2);
        if (s[1] == '_')
            answers_kitty(&input->answers, s + 2, i - 2);
        return s[i] == '\a' ? i + 1 : s[i + 1] == '\\' ? i + 2 : i;
    }
    if (n < STRING_MOST && waits(input, string_holds, now))
        return 0;
    answers_break(&input->answers, s[1]);
    return n;
}

/* Does the string of a terminal begin here, and not Esc and a letter? */
static bool begins_string(const char *s)
{
    static const char *const first[] = {"]0123456789", "P>|!$+01", "_GQ"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (s[1] == first[i][0] && s[2] && strchr(first[i] + 1, s[2]))
            return true;
    return false;
}

static size_t escape(struct input *input, struct event *event, size_t n, double now)
{
    const char *s = input->bytes + input->begin;
    bool open = answers_wanted(&input->answers, now);
    bool alone = n == 1 || (n == 2 && strchr("]P_", s[1]) && !input->answers.asked);
    if (alone && waits(input, open ? esc_holds_asked : esc_holds, now))
        return 0;
    if (input->answers.asked && n == 2 && strchr("]_", s[1])) /* at once: no person's */
        return string(input, n, now);
    if (n > 2 && begins_string(s))
        return string(input, n, now);
    if (n > 1 && s[1] == '[')
        return csi(input, event, n, now);
    if (n == 2 && s[1] == 'O' && waits(input, sequence_holds, now))
        return 0;
    if (n > 2 && s[1] == 'O' && csi_letter_key(s[2], 0)) {
        event->key = csi_letter_key(s[2], 0);
        return 3;
    }
    event->key = PRESS_ESCAPE;
    return 1;
}

static size_t parse(struct input *input, struct event *event, double now)
{
    const char *s = input->bytes + input->begin;
    size_t n = input->end - input->begin, longest = 0;
    for (int i = 0; i < input->n_defined; i++) {
        size_t length = input->defined[i].n;
        if (length > longest && length <= n && memcmp(s, input->defined[i].bytes, length) == 0) {
            longest = length;
            event->key = input->defined[i].key;
        }
    }
    if (longest > 0)
        return longest;
    if (*s == ESC)
        return escape(input, event, n, now);
    return (unsigned char)*s < 0x80 ? plain(event, (unsigned char)*s)
                                    : character(input, event, n, now);
}

bool input_next(struct input *input, struct event *event, double now)
{
    *event = (struct event){0};
    while (!input->pasting && input->begin < input->end) {
        *event = (struct event){.burst = input->consumed < input->burst_end};
        size_t used = parse(input, event, now);
        if (used == 0)
            return false;
        consume(input, used);
        if (event->key != PRESS_NONE)
            return true;
    }
    return input->pasting && take_paste(input, event, now);
}

double input_patience(const struct input *input, double now)
{
    if (!input->pasting && !input->held)
        return -1;
    double until = input->pasting ? input->fed + paste_holds : input->held_since + input->hold;
    return until > now ? until - now : 0;
}
