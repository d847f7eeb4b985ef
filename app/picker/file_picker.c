/* A picker over a folder's listing; what is chosen becomes a command. */
#include "app/picker/file_picker.h"

#include "app/commands/command_line.h"
#include "app/opening/words.h"
#include "app/options/arguments.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a choice is for; a session_file where it is below. */
enum { FOR_NET = N_SESSION_FILES, FOR_NET_CLEAN, FOR_NET_POISONED };
/* Values of items that are no files of the listing. */
enum { UP = -2, NO_FILE = -3, SAME_IMAGES = -4, RECENT = -100 };

static void open_at(struct ui *ui, const char *folder);
static void show(struct ui *ui);

static const char *title_of(int what)
{
    static const char *const titles[] = {[FILE_CLEAN] = "Clean images",
        [FILE_POISONED] = "Poisoned images",
        [FILE_TEST_CLEAN] = "Clean test images",
        [FILE_TEST_POISONED] = "Poisoned test images",
        [FILE_REPAIRED] = "Repaired net to compare with",
        [FOR_NET] = "Net to open",
        [FOR_NET_CLEAN] = "Clean images for that net",
        [FOR_NET_POISONED] = "Poisoned images for that net"};
    return titles[what];
}

/* The folder that a path lies in; malloc'd. */
static char *folder_of(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash == path && slash ? memory_string("/")
           : slash                ? memory_format("%.*s", (int)(slash - path), path)
                                  : memory_string(".");
}

static void add_file(struct ui *ui, int i)
{
    static const char *const kinds[] = {"folder", "net", "images", "net or images", ""};
    const struct listed *file = &ui->picking.listing.file[i];
    enum { NAME = 44 };
    char fitting[4 * NAME + 8], size[16];
    char *name = text_shown(file->name);
    char *shown = memory_format("%s%s", name, file->kind == LISTED_FOLDER ? "/" : "");
    char *text = memory_format("%s %-13s %8s", cells_fit(shown, NAME, fitting, sizeof fitting),
        kinds[file->kind], listing_size(file->size, size));
    overlay_add(&ui->overlay, i, text, NULL, name);
    free(text);
    free(shown);
    free(name);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "recent: net.h5  clean.h5  poisoned.h5", as a net opened with other images is another line.
 * name: "recent: net.h5". malloc'd. */
static char *recent_text(const char *line, const char *name)
{
    struct error err;
    int n;
    char *text = memory_string(name), **words = words_split(line, &n, &err);
    for (int i = 1; words && i < n; i++) {
        if (words[i][0] == '-')
            continue;
        char *longer = memory_format("%s  %s", text, name_of(words[i]));
        free(text);
        text = longer;
    }
    if (words)
        words_free(words, n);
    char *shown = text_shown(text);
    free(text);
    return shown;
}

static void add_recent(struct ui *ui)
{
    for (int i = 0; i < ui->picking.recent.n; i++) {
        char *shown = text_shown(ui->picking.recent.line[i]);
        int n = (int)strcspn(shown, " ");
        const char *slash = memrchr(shown, '/', (size_t)n);
        const char *name = slash ? slash + 1 : shown;
        char *text = memory_format("recent: %.*s", (int)(shown + n - name), name);
        char *whole = recent_text(ui->picking.recent.line[i], text);
        overlay_add(&ui->overlay, RECENT - i, whole, shown, text);
        free(whole);
        free(text);
        free(shown);
    }
}

static char *path_of(const struct ui *ui, int i)
{
    const struct listing *listing = &ui->picking.listing;
    bool root = strcmp(listing->folder, "/") == 0;
    return memory_format("%s/%s", root ? "" : listing->folder, listing->file[i].name);
}

/* All that was chosen is known. */
static void open_chosen(struct ui *ui, const char *poisoned)
{
    struct picking *picking = &ui->picking;
    char *net = words_quoted(picking->net);
    char *clean = picking->clean ? words_quoted(picking->clean) : NULL;
    char *line = memory_format("%s%s%s%s%s", net, clean ? " --clean " : "", clean ? clean : "",
        poisoned ? " --poisoned " : "", poisoned ? poisoned : "");
    commands_call(ui, "open", line);
    free(line);
    free(clean);
    free(net);
}

static void take_net(struct ui *ui, char *path)
{
    struct picking *picking = &ui->picking;
    free(picking->net);
    picking->net = path;
    if (recent_find(&picking->recent, path)) {
        open_chosen(ui, NULL);
        return;
    }
    picking->what = FOR_NET_CLEAN;
    char *folder = memory_string(picking->listing.folder);
    open_at(ui, folder);
    free(folder);
}

static void take_clean(struct ui *ui, char *path)
{
    struct picking *picking = &ui->picking;
    free(picking->clean);
    picking->clean = path;
    picking->what = FOR_NET_POISONED;
    char *folder = memory_string(picking->listing.folder);
    open_at(ui, folder);
    free(folder);
}

static void take_file(struct ui *ui, char *path)
{
    int what = ui->picking.what;
    if (what == FOR_NET) {
        take_net(ui, path);
        return;
    }
    if (what == FOR_NET_CLEAN) {
        take_clean(ui, path);
        return;
    }
    if (what == FOR_NET_POISONED) {
        char *word = words_quoted(path);
        open_chosen(ui, word);
        free(word);
    } else {
        ui_change_file(ui, (enum session_file)what, path);
    }
    free(path);
}

/* False with err: what was listed before stays. */
static bool list(struct ui *ui, const char *folder, struct error *err)
{
    struct listing listing;
    if (!listing_read(&listing, folder, err))
        return false;
    listing_finish(&ui->picking.listing);
    ui->picking.listing = listing;
    return true;
}

/* A path that was typed: a folder is listed, a file is taken. */
static void take_path(struct ui *ui, const char *text)
{
    struct error err;
    struct stat status;
    char *path = *text == '.' ? memory_format("%s/%s", ui->picking.listing.folder, text)
                              : words_file(text, &err);
    char *whole = path ? realpath(path, NULL) : NULL;
    if (whole && stat(whole, &status) == 0 && S_ISDIR(status.st_mode)) {
        open_at(ui, whole);
    } else if (whole) {
        char *beside = folder_of(whole); /* where its images may lie */
        list(ui, beside, &err);
        free(beside);
        take_file(ui, whole); /* takes it over */
        whole = NULL;
    } else {
        const char *why = strerror(errno);
        show(ui);
        edit_set(&ui->overlay.edit, text);
        ui_complain(ui, "%s: %s; go on with the line, or Ctrl-U clears it", text, why);
    }
    free(whole);
    free(path);
}

static void accept(struct ui *ui, const char *text, int value)
{
    const struct listing *listing = &ui->picking.listing;
    if (value == -1) {
        take_path(ui, text);
    } else if (value <= RECENT) {
        char *line = memory_string(ui->picking.recent.line[RECENT - value]);
        commands_call(ui, "open", line);
        free(line);
    } else if (value == NO_FILE && ui->picking.what == FOR_NET_POISONED) {
        open_chosen(ui, NULL);
    } else if (value == NO_FILE) {
        ui_change_file(ui, (enum session_file)ui->picking.what, "");
    } else if (value == SAME_IMAGES) {
        free(ui->picking.clean);
        ui->picking.clean = NULL;
        open_chosen(ui, NULL);
    } else if (value == UP || (value >= 0 && listing->file[value].kind == LISTED_FOLDER)) {
        char *folder = value == UP ? folder_of(listing->folder) : path_of(ui, value);
        open_at(ui, folder);
        free(folder);
    } else if (value >= 0) {
        take_file(ui, path_of(ui, value));
    }
}

static void add_choices(struct ui *ui)
{
    const struct picking *picking = &ui->picking;
    int what = picking->what;
    if (what == FOR_NET)
        add_recent(ui);
    if (what == FOR_NET_CLEAN && ui->arguments->options.clean)
        overlay_add(&ui->overlay, SAME_IMAGES, "the images that are open now", NULL, NULL);
    if (what == FOR_NET_POISONED || what == FILE_POISONED || what == FILE_TEST_POISONED)
        overlay_add(&ui->overlay, NO_FILE, "no poisoned images", NULL, NULL);
    overlay_add(&ui->overlay, UP, "../", "the folder above", NULL);
    for (int i = 0; i < picking->listing.n; i++)
        add_file(ui, i);
}

/* The listing that was read last. */
static void show(struct ui *ui)
{
    const struct listing *listing = &ui->picking.listing;
    char *shown = text_shown(listing->folder), fitting[200];
    char *title = memory_format("%s: %s%s", title_of(ui->picking.what),
        cells_elide(shown, 50, fitting, sizeof fitting),
        listing->n_left_out > 0 ? " (too many files: some are left out)" : "");
    overlay_picker(&ui->overlay, title);
    ui->overlay.match = listing_match;
    ui->overlay.paths = true;
    add_choices(ui);
    ui->accept = accept;
    free(title);
    free(shown);
}

/* A folder that cannot be read leaves the one that is listed, if one is. */
static void open_at(struct ui *ui, const char *folder)
{
    struct error err;
    bool good = list(ui, folder, &err);
    if (ui->picking.listing.folder)
        show(ui);
    if (!good)
        ui_complain(ui, "%s", err.text);
}

static void begin(struct ui *ui, int what, const char *beside)
{
    char *folder = folder_of(beside);
    recent_finish(&ui->picking.recent);
    recent_read(&ui->picking.recent);
    free(ui->picking.clean);
    ui->picking.clean = NULL;
    listing_finish(&ui->picking.listing); /* of an earlier choice */
    ui->picking.what = what;
    open_at(ui, folder);
    free(folder);
}

void file_picker_net(struct ui *ui)
{
    begin(ui, FOR_NET, ui->arguments->options.model);
}

void file_picker_data(struct ui *ui, enum session_file file)
{
    const struct options *options = &ui->arguments->options;
    begin(ui, (int)file, options->clean ? options->clean : options->model);
}
