/* Command resume: the session of a journal in place of this one. */
#include "app/commands/command_line.h"
#include "app/commands/commands_quit.h"

#include "app/opening/opening.h"
#include "app/opening/words.h"
#include "app/options/options.h"
#include "app/options/xdg.h"
#include "app/script/journal.h"
#include "app/script/journal_file.h"
#include "app/script/journal_head.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void resume(struct ui *ui, const char *file, bool sure);

static void accept_loss(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'r')
        resume(ui, ui->pending_path, true);
}

/* Without a journal a pruned net would be gone. */
static void ask_loss(struct ui *ui, const char *file)
{
    snprintf(ui->pending_path, sizeof ui->pending_path, "%s", file);
    overlay_question(&ui->overlay, "The pruned net is not saved, and has no journal. Resume?");
    overlay_add(&ui->overlay, 'c', "continue here", NULL, NULL);
    overlay_add(&ui->overlay, 'r', "resume the other session; this one is lost", NULL, NULL);
    ui->accept = accept_loss;
}

/* Why nothing can be resumed now; NULL: it can. */
static const char *obstacle(const struct ui *ui, const char *file)
{
    if (ui->aside)
        return "your net waits for the end of the tour: Esc leaves it, then resume";
    if (ui->arguments->no_journal)
        return "resume needs journals: start without --no-journal";
    if (ui->scripts.n == SCRIPTS_DEPTH)
        return "scripts run too deep for a journal";
    if (strlen(file) >= sizeof ui->pending_path)
        return "that name is too long";
    if (journal_path(ui->journal) && strcmp(journal_path(ui->journal), file) == 0)
        return "that is the journal of the session that is open";
    return NULL;
}

/* Its head is read now, and its inputs compared; its lines once they are open. */
static bool begin(struct ui *ui, const char *file, struct error *err)
{
    struct resuming resuming = {0};
    struct opening *opening = opening_resume(file, ui->arguments, err);
    if (!opening)
        return false;
    resuming.journal = journal_resume(&opening->arguments, &resuming.scripts, err);
    if (!resuming.journal || !options_check(&opening->arguments.options, err)) {
        journal_end(resuming.journal);
        script_drop(&resuming.scripts);
        opening_destroy(opening);
        return false;
    }
    opening_destroy(ui->wanted);
    journal_end(ui->resuming.journal);
    script_drop(&ui->resuming.scripts);
    ui->wanted = opening;
    ui->resuming = resuming;
    return true;
}

static void resume(struct ui *ui, const char *file, bool sure)
{
    struct error err;
    const char *why = obstacle(ui, file);
    if (why)
        ui_complain(ui, "%s", why);
    else if (!sure && ui_attended(ui) && !ui->journal && commands_unsaved(ui))
        ask_loss(ui, file);
    else if (!begin(ui, file, &err))
        ui_complain(ui, "%s", err.text);
}

static void accept_journal(struct ui *ui, const char *text, int value)
{
    const struct listing *listing = &ui->picking.listing;
    (void)text;
    if (value < 0 || value >= listing->n)
        return;
    char *file = memory_format("%s/%s", listing->folder, listing->file[value].name);
    resume(ui, file, false);
    free(file);
}

static bool is_journal(const char *name)
{
    size_t n = strlen(name), m = strlen(JOURNAL_ENDING);
    return n > m && strcmp(name + n - m, JOURNAL_ENDING) == 0;
}

/* "2026-11-30 11:57  bd_net.h5, round 12"; the name of the file where it tells no time. */
static void add_journal(struct ui *ui, int i)
{
    const struct listed *file = &ui->picking.listing.file[i];
    char *path = memory_format("%s/%s", ui->picking.listing.folder, file->name);
    char *about = journal_head_about(path);
    char *shown = text_shown(about ? about : "in use, or no journal");
    const char *name = file->name;
    char *when =
        strspn(name, "0123456789") == 8 && name[8] == '-' && strspn(name + 9, "0123456789") == 6
            ? memory_format(
                  "%.4s-%.2s-%.2s %.2s:%.2s", name, name + 4, name + 6, name + 9, name + 11)
            : text_shown(name);
    char size[16], *text = memory_format("%s  %s", when, shown);
    char *help = memory_format("%s, %s", name, listing_size(file->size, size));
    bool here = journal_path(ui->journal) && strcmp(journal_path(ui->journal), path) == 0;
    if (!here)
        overlay_add(&ui->overlay, i, text, help, NULL);
    free(help);
    free(text);
    free(when);
    free(shown);
    free(about);
    free(path);
}

/* The newest first. */
static void pick(struct ui *ui)
{
    struct listing listing;
    struct error err;
    char *folder = xdg_state();
    if (!folder || !listing_read(&listing, folder, &err)) {
        ui_complain(ui, "there are no journals yet");
        free(folder);
        return;
    }
    free(folder);
    listing_finish(&ui->picking.listing);
    ui->picking.listing = listing;
    overlay_picker(&ui->overlay, "Sessions to go on with, the newest first");
    for (int i = listing.n - 1; i >= 0; i--)
        if (listing.file[i].kind != LISTED_FOLDER && is_journal(listing.file[i].name))
            add_journal(ui, i);
    ui->accept = accept_journal;
    if (ui->overlay.n_items > 0)
        return;
    overlay_close(&ui->overlay);
    ui_complain(ui, "there is no other session to go on with");
}

static void command_resume(struct ui *ui, const char *argument)
{
    struct error err;
    char *file = argument ? words_file(argument, &err) : NULL;
    if (argument && !file)
        ui_complain(ui, "%s", err.text);
    else if (file || !ui_attended(ui))
        resume(ui, file ? file : "", false);
    else
        pick(ui);
    free(file);
}

const struct action action_resume = {
    .name = "resume",
    .argument = "[JOURNAL]",
    .keys = "",
    .group = COMMANDS_CHOOSE,
    .help = "go on with an earlier session",
    .run = command_resume,
};
