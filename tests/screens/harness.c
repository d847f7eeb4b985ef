/* Runs a program in a pseudo-terminal and reads its screen through libvterm. */
#include "tests/screens/harness.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

struct harness {
    int master, columns, rows, status;
    pid_t child;
    bool ended, alternate, cursor;
    VTerm *vterm;
    VTermScreen *screen;
    char *bytes;
    size_t n_bytes, n_fed; /* of those the emulator has */
    char row[4096];
};

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct harness *harness = context;
    if (property == VTERM_PROP_ALTSCREEN)
        harness->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        harness->cursor = value->boolean;
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void set_environment(const struct harness_options *options)
{
    static const char *const defaults[] = {"TERM=xterm-256color", "COLORTERM=truecolor",
        "LC_ALL=C.UTF-8", "NO_COLOR", "COLORFGBG", "TMUX", "LINES", "COLUMNS", NULL};
    const char *const *lists[] = {defaults, options->environment};
    for (int list = 0; list < 2; list++) {
        for (int i = 0; lists[list] && lists[list][i]; i++) {
            char name[64];
            const char *entry = lists[list][i], *equals = strchr(entry, '=');
            snprintf(name, sizeof name, "%.*s", (int)strcspn(entry, "="), entry);
            if (equals)
                setenv(name, equals + 1, 1);
            else
                unsetenv(name);
        }
    }
}

static void become_program(const struct harness_options *options)
{
    const char *build = getenv("SECATEUR_BUILD");
    const char *arguments[64] = {"secateur"};
    char *path = memory_format("%s/secateur", build ? build : "build");
    for (int i = 0; options->arguments && options->arguments[i] && i < 62; i++)
        arguments[i + 1] = options->arguments[i];
    set_environment(options);
    if (options->folder && chdir(options->folder) != 0)
        _exit(127);
    static const int usual[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        signal(usual[i], SIG_DFL); /* whoever runs the tests may ignore them */
    execv(path, (char **)(uintptr_t)arguments);
    perror(path);
    _exit(127);
}

struct harness *harness_start(const struct harness_options *options)
{
    struct harness *harness = memory_array(1, sizeof *harness);
    struct winsize size = {
        .ws_row = (unsigned short)options->rows, .ws_col = (unsigned short)options->columns};
    harness->columns = options->columns;
    harness->rows = options->rows;
    harness->cursor = true;
    harness->vterm = vterm_new(options->rows, options->columns);
    vterm_set_utf8(harness->vterm, 1);
    harness->screen = vterm_obtain_screen(harness->vterm);
    vterm_screen_set_callbacks(harness->screen, &callbacks, harness);
    vterm_screen_enable_altscreen(harness->screen, 1);
    vterm_screen_reset(harness->screen, 1);
    harness->child = forkpty(&harness->master, NULL, NULL, &size);
    if (harness->child < 0)
        abort();
    if (harness->child == 0)
        become_program(options);
    return harness;
}

void harness_stop(struct harness *harness)
{
    if (!harness->ended) {
        kill(harness->child, SIGKILL);
        waitpid(harness->child, NULL, 0);
    }
    close(harness->master);
    vterm_free(harness->vterm);
    free(harness->bytes);
    free(harness);
}

/* Bytes at the end that begin a character; libvterm shifts the row when it is cut there. */
static size_t unfinished(const char *bytes, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char c = (unsigned char)bytes[n - back];
        if (c >= 0xc0)
            return back < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? back : 0;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

static void take_bytes(struct harness *harness, const char *bytes, size_t n)
{
    harness->bytes = memory_grow(harness->bytes, harness->n_bytes + n + 1, 1);
    memcpy(harness->bytes + harness->n_bytes, bytes, n);
    harness->n_bytes += n;
    harness->bytes[harness->n_bytes] = '\0';
    size_t end = harness->n_bytes - unfinished(harness->bytes, harness->n_bytes);
    vterm_input_write(harness->vterm, harness->bytes + harness->n_fed, end - harness->n_fed);
    harness->n_fed = end;
}

/* Feeds what the program writes within some milliseconds; false: nothing came. */
static bool pump(struct harness *harness, int milliseconds)
{
    char bytes[65536];
    struct pollfd fd = {.fd = harness->master, .events = POLLIN};
    if (poll(&fd, 1, milliseconds) <= 0)
        return false;
    ssize_t n = read(harness->master, bytes, sizeof bytes);
    if (n > 0)
        take_bytes(harness, bytes, (size_t)n);
    else
        usleep(1000); /* the other end is gone; poll would return at once */
    return n > 0;
}

void harness_keys(struct harness *harness, const char *bytes)
{
    for (size_t n = strlen(bytes); n > 0;) {
        struct pollfd fd = {.fd = harness->master, .events = POLLOUT};
        pump(harness, 0); /* a program that nobody reads reads nothing */
        if (poll(&fd, 1, 20) <= 0)
            continue;
        ssize_t written = write(harness->master, bytes, n < 1024 ? n : 1024);
        if (written < 0) {
            perror("harness_keys");
            return;
        }
        bytes += written;
        n -= (size_t)written;
    }
}

pid_t harness_child(const struct harness *harness)
{
    return harness->child;
}

void harness_resize(struct harness *harness, int columns, int rows)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    harness->columns = columns;
    harness->rows = rows;
    vterm_set_size(harness->vterm, rows, columns);
    ioctl(harness->master, TIOCSWINSZ, &size);
}

void harness_signal(struct harness *harness, int number)
{
    kill(harness->child, number);
}

/* Characters of a cell: the second half of a wide one has none. */
static uint32_t glyph_at(struct harness *harness, int column, int row, VTermScreenCell *cell)
{
    VTermPos position = {.row = row, .col = column};
    memset(cell, 0, sizeof *cell);
    vterm_screen_get_cell(harness->screen, position, cell);
    return cell->chars[0] ? cell->chars[0] : ' ';
}

static size_t encode(uint32_t glyph, char *out)
{
    if (glyph < 0x80) {
        out[0] = (char)glyph;
        return 1;
    }
    if (glyph < 0x800) {
        out[0] = (char)(0xc0 | glyph >> 6);
        out[1] = (char)(0x80 | (glyph & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | glyph >> 12);
    out[1] = (char)(0x80 | (glyph >> 6 & 0x3f));
    out[2] = (char)(0x80 | (glyph & 0x3f));
    return 3;
}

const char *harness_row(struct harness *harness, int row)
{
    size_t used = 0;
    VTermScreenCell cell;
    for (int column = 0; column < harness->columns && used + 8 < sizeof harness->row; column++) {
        uint32_t glyph = glyph_at(harness, column, row, &cell);
        if (glyph == (uint32_t)-1) /* the second half of a wide one */
            continue;
        used += encode(glyph, harness->row + used);
        if (cell.chars[0] && cell.chars[1]) /* what combines with it */
            used += encode(cell.chars[1], harness->row + used);
    }
    while (used > 0 && harness->row[used - 1] == ' ')
        used--;
    harness->row[used] = '\0';
    return harness->row;
}

bool harness_sees(struct harness *harness, const char *text)
{
    for (int row = 0; row < harness->rows; row++)
        if (strstr(harness_row(harness, row), text))
            return true;
    return false;
}

static void show(struct harness *harness)
{
    for (int row = 0; row < harness->rows; row++)
        fprintf(stderr, "  |%s\n", harness_row(harness, row));
}

static bool wait_until(struct harness *harness, const char *text, bool there)
{
    double end = clock_seconds() + HARNESS_PATIENCE / 1000.0;
    while (harness_sees(harness, text) != there) {
        if (clock_seconds() > end) {
            fprintf(stderr, "'%s' is %s; the screen shows:\n", text, there ? "not seen" : "there");
            show(harness);
            return false;
        }
        pump(harness, 20);
    }
    return true;
}

bool harness_wait(struct harness *harness, const char *text)
{
    return wait_until(harness, text, true);
}

bool harness_wait_gone(struct harness *harness, const char *text)
{
    return wait_until(harness, text, false);
}

bool harness_wait_round(struct harness *harness, int round)
{
    double end = clock_seconds() + HARNESS_PATIENCE / 1000.0;
    while (clock_seconds() < end) {
        for (int row = 0; row < harness->rows; row++) {
            const char *at = strstr(harness_row(harness, row), "round ");
            char *behind = NULL;
            if (at && strtol(at + strlen("round "), &behind, 10) >= round && *behind == '/')
                return true; /* "round 5/60": other panels name rounds, too */
        }
        pump(harness, 20);
    }
    show(harness);
    return false;
}

/* No thread of the program runs or waits for a processor, as /proc says. */
static bool rests(const struct harness *harness)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/task", (int)harness->child);
    DIR *tasks = opendir(path);
    bool all = true;
    for (struct dirent *task = tasks ? readdir(tasks) : NULL; task; task = readdir(tasks)) {
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/stat", (int)harness->child, task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!file)
            continue;
        const char *name = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
        all = all && !(name && (name[2] == 'R' || name[2] == 'D'));
        fclose(file);
    }
    if (tasks)
        closedir(tasks);
    return all;
}

void harness_settle(struct harness *harness, int quiet)
{
    double end = clock_seconds() + HARNESS_PATIENCE / 1000.0, since = clock_seconds();
    for (double now = since; now < end && now - since < quiet / 1000.0; now = clock_seconds())
        if (pump(harness, 2) || !rests(harness))
            since = clock_seconds();
}

int harness_end(struct harness *harness)
{
    double end = clock_seconds() + HARNESS_PATIENCE / 1000.0;
    while (!harness->ended && clock_seconds() < end) {
        pump(harness, 10);
        harness->ended = waitpid(harness->child, &harness->status, WNOHANG) == harness->child;
    }
    while (harness->ended && pump(harness, 0))
        continue;
    return harness->ended ? harness->status : -1;
}

static uint32_t colour_of(struct harness *harness, VTermColor colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour))
        return CELL_DEFAULT;
    vterm_screen_convert_color_to_rgb(harness->screen, &colour);
    return (uint32_t)(colour.rgb.red << 16 | colour.rgb.green << 8 | colour.rgb.blue);
}

struct cells harness_cells(struct harness *harness)
{
    struct cells cells;
    cells_init(&cells, harness->columns, harness->rows);
    for (int i = 0; i < cells.columns * cells.rows; i++) {
        VTermScreenCell cell;
        cells.cell[i].glyph = glyph_at(harness, i % cells.columns, i / cells.columns, &cell);
        cells.cell[i].fg = colour_of(harness, cell.fg);
        cells.cell[i].bg = colour_of(harness, cell.bg);
        cells.cell[i].attributes =
            (uint8_t)((cell.attrs.bold ? CELL_BOLD : 0) | (cell.attrs.reverse ? CELL_REVERSE : 0) |
                      (cell.attrs.underline ? CELL_UNDERLINE : 0));
    }
    return cells;
}

bool harness_on_alternate_screen(const struct harness *harness)
{
    return harness->alternate;
}

bool harness_shows_cursor(const struct harness *harness)
{
    return harness->cursor;
}

bool harness_is_cooked(const struct harness *harness)
{
    struct termios modes;
    const tcflag_t wanted = ECHO | ICANON;
    return tcgetattr(harness->master, &modes) == 0 && (modes.c_lflag & wanted) == wanted;
}

const char *harness_bytes(const struct harness *harness, size_t *n)
{
    *n = harness->n_bytes;
    return harness->bytes ? harness->bytes : "";
}
