/* Writing the journal, and reading it as what is replayed. */
#include "app/script/journal.h"

#include "app/options/xdg.h"
#include "app/script/journal_file.h"
#include "app/script/journal_head.h"
#include "engine/api/command_text.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct journal {
    const struct arguments *arguments;
    char *folder, *path;
    char *inputs;         /* what the head of a resumed one named; NULL: was not resumed */
    char *head;           /* of the file, without its last line; NULL: not made yet */
    char *body;           /* all commands so far */
    size_t size;          /* of the body */
    int n_files;          /* that came while the session ran */
    char **files;         /* [n_files] */
    off_t end;            /* of what was replayed; what is behind it goes. 0: nothing */
    int fd;               /* -1: not made yet */
    atomic_bool records;  /* the engine thread writes; before that nobody does */
    atomic_bool written;  /* there is a file */
    atomic_bool troubled; /* `trouble` is there, and nothing more is written */
    bool told;
    struct error trouble;
    unsigned seen; /* sets that it says were looked at; the engine thread's */
};

static struct journal *create(const struct arguments *arguments)
{
    struct journal *journal = memory_array(1, sizeof *journal);
    journal->arguments = arguments;
    journal->fd = -1;
    journal->body = memory_string("");
    return journal;
}

static void add_to_body(struct journal *journal, const char *text, size_t size)
{
    journal->body = memory_grow(journal->body, journal->size + size + 1, 1);
    memcpy(journal->body + journal->size, text, size);
    journal->size += size;
    journal->body[journal->size] = '\0';
}

void journal_end(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal->folder);
    free(journal->path);
    free(journal->inputs);
    free(journal->head);
    free(journal->body);
    for (int i = 0; i < journal->n_files; i++)
        free(journal->files[i]);
    free(journal->files);
    free(journal);
}

/* Several may begin in one second: `more` tells them apart. */
static char *place_of(const char *folder, const char *name, int more)
{
    char number[16] = "";
    if (more > 1)
        snprintf(number, sizeof number, "_%02d", more); /* sorts behind */
    return memory_format("%s/%s-%ld%s%s", folder, name, (long)getpid(), number, JOURNAL_ENDING);
}

/* A place for a new file, which is made when there is something to write. */
static bool choose_place(struct journal *journal, struct error *err)
{
    time_t now = time(NULL);
    struct tm local;
    char name[32] = "";
    journal->folder = xdg_state();
    bool good = journal->folder ? folder_make_all(journal->folder, 0700, err)
                                : fail_as(err, ERROR_OUTPUT, "there is no home folder");
    if (good && access(journal->folder, W_OK | X_OK) != 0)
        good = fail_as(err, ERROR_OUTPUT, "%s: %s", journal->folder, strerror(errno));
    if (localtime_r(&now, &local))
        strftime(name, sizeof name, "%Y%m%d-%H%M%S", &local);
    for (int i = 1; good && (i == 1 || access(journal->path, F_OK) == 0); i++) {
        free(journal->path);
        journal->path = place_of(journal->folder, name, i);
    }
    return good;
}

struct journal *journal_begin(const struct arguments *arguments, struct error *err)
{
    struct journal *journal = create(arguments);
    if (!choose_place(journal, err)) {
        journal_end(journal);
        return NULL;
    }
    atomic_store(&journal->records, true);
    return journal;
}

struct journal *journal_resume(
    struct arguments *arguments, struct scripts *scripts, struct error *err)
{
    struct journal *journal = create(arguments);
    struct journal_head head = {0};
    bool good = journal_head_find(arguments, &journal->path, &journal->fd, &head, err) &&
                journal_head_apply(&head, journal->path, arguments, &journal->inputs, err);
    if (good) {
        script_replay(
            scripts, journal->path, head.text + head.begin, head.end - head.begin, head.lines);
        add_to_body(journal, head.text + head.begin, head.end - head.begin);
        journal->head = memory_format("%.*s", (int)journal_head_own(&head), head.text);
        journal->end = (off_t)head.end;
        atomic_store(&journal->written, true);
    }
    journal->n_files = head.n_files;
    journal->files = head.files;
    free(head.text);
    if (good)
        return journal;
    journal_end(journal);
    return NULL;
}

const char *journal_inputs(const struct journal *journal)
{
    return journal && journal->inputs ? journal->inputs : "";
}

static void give_up(struct journal *journal)
{
    atomic_store(&journal->troubled, true);
}

void journal_record(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->end > 0 &&
        (ftruncate(journal->fd, journal->end) != 0 || lseek(journal->fd, 0, SEEK_END) < 0)) {
        fail_as(&journal->trouble, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
        give_up(journal);
    }
    atomic_store(&journal->records, true);
}

/* "= BRANCH POSITION ROUNDS CHANNEL CLEAN HITS SETS": what the command led to, and what it was
 * chosen with. */
static void outcome(const struct snapshot *s, char *text, size_t size)
{
    const struct round *round = s->rounds[s->position];
    snprintf(text, size, "= %d %d %d %d %d %d %u%s%s", s->branch + 1, s->position, s->n_rounds - 1,
        round->channel, round->clean_correct, round->attack_hits, s->known.sets,
        s->known.by_hand ? " hand" : "", s->known.unknown ? " unknown" : "");
}

/* The file of a command that has its number. */
static bool name_file(const struct journal *journal, struct command *command, struct error *err)
{
    int number = command->kind == COMMAND_DATA ? (int)command->value : 0;
    if (number > journal->n_files)
        return fail_as(err, ERROR_INPUT, "its head has no file %d", number);
    if (number > 0)
        snprintf(command->text, sizeof command->text, "%s", journal->files[number - 1]);
    return true;
}

bool journal_read(const struct journal *journal, const char *line, const struct snapshot *snapshot,
    struct command *command, bool *is_command, struct error *err)
{
    char text[128];
    *is_command = *line != '=';
    if (*is_command)
        return command_read(line, snapshot, command, err) && name_file(journal, command, err);
    outcome(snapshot, text, sizeof text);
    return strcmp(text, line) == 0 ||
           fail_as(err, ERROR_INPUT, "the replay gives another result than the journal here");
}

/* Another file, which will hold all there is in this one. */
static void begin_anew(struct journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal->path);
    free(journal->folder);
    journal->fd = -1;
    journal->path = journal->folder = NULL;
    journal->end = 0;
    atomic_store(&journal->written, false);
    if (!choose_place(journal, &journal->trouble))
        give_up(journal);
}

void journal_part(
    struct journal *journal, const char *text, size_t size, const struct snapshot *snapshot)
{
    char after[128];
    if (!journal)
        return;
    outcome(snapshot, after, sizeof after);
    journal->size = 0;
    add_to_body(journal, text, size);
    add_to_body(journal, after, strlen(after));
    add_to_body(journal, "\n", 1);
    begin_anew(journal);
    atomic_store(&journal->records, true);
}

/* The lines of the head for files that came later; malloc'd, NULL with err. */
static char *file_lines(const struct journal *journal, struct error *err)
{
    char *text = memory_string("");
    for (int i = 0; i < journal->n_files && text; i++) {
        char *line = journal_head_file(i + 1, journal->files[i], err);
        char *longer = line ? memory_format("%s%s", text, line) : NULL;
        free(line);
        free(text);
        text = longer;
    }
    return text;
}

/* Makes the file with its head and all commands so far. */
static bool make(struct journal *journal)
{
    struct error *err = &journal->trouble;
    if (!journal->head)
        journal->head = journal_head_text(journal->arguments, err);
    char *files = journal->head ? file_lines(journal, err) : NULL;
    if (!files)
        return false;
    journal_file_sweep(journal->folder);
    journal->fd = journal_file_make(journal->path, err);
    char *text = memory_format("%s%sbegin\n%s", journal->head, files, journal->body);
    bool good = journal->fd >= 0;
    if (good && write(journal->fd, text, strlen(text)) != (ssize_t)strlen(text))
        good = fail_as(err, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    if (good)
        atomic_store(&journal->written, true);
    free(text);
    free(files);
    return good;
}

/* Of sets that were looked at, here: where the net stands. malloc'd, "": none. */
static char *known_line(unsigned sets, const char *where, const struct snapshot *s)
{
    struct command known = {.kind = COMMAND_KNOWN, .number = (int)sets};
    snprintf(known.text, sizeof known.text, "%s", where);
    char *line = sets ? command_write(&known, s) : NULL;
    char *text = line ? memory_format("%s\n", line) : memory_string("");
    free(line);
    return text;
}

/* The lines of a command. Scans, tests and runs until a goal are not done again: what they showed
 * stays known to what was chosen since, and what stopped them is said. NULL: nothing to write. */
static char *lines_of(
    struct journal *journal, const struct command *command, const struct snapshot *s)
{
    char after[128];
    char *line = command_write(command, s);
    if (!line && !s->stopped)
        return NULL;
    outcome(s, after, sizeof after);
    bool more = s->seen & ~journal->seen && command->kind != COMMAND_KNOWN;
    char *before = known_line(more ? s->seen : 0, "", s);
    char *behind = known_line(s->stopped, "here", s);
    char *text =
        memory_format("%s%s%s%s%s\n", before, line ? line : "", line ? "\n" : "", behind, after);
    journal->seen |= s->seen;
    free(line);
    free(before);
    free(behind);
    return text;
}

/* A file that came: the head names it, so the journal begins anew. */
static struct command number_file(struct journal *journal, const struct command *command)
{
    struct command numbered = *command;
    if (command->kind != COMMAND_DATA || !*command->text)
        return numbered;
    size_t n = (size_t)journal->n_files + 1;
    journal->files = memory_grow(journal->files, n, sizeof *journal->files);
    journal->files[journal->n_files++] = memory_string(command->text);
    numbered.value = (double)n;
    begin_anew(journal);
    return numbered;
}

void journal_note(void *context, const struct command *command, const struct snapshot *snapshot)
{
    struct journal *journal = context;
    if (!atomic_load(&journal->records) || atomic_load(&journal->troubled))
        return;
    const struct command numbered = number_file(journal, command);
    char *text = lines_of(journal, &numbered, snapshot);
    if (!text)
        return;
    size_t size = strlen(text);
    bool there = journal->fd >= 0;
    add_to_body(journal, text, size);
    bool good = there || make(journal);
    if (good && there && write(journal->fd, text, size) != (ssize_t)size)
        good = fail_as(&journal->trouble, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    if (good && fdatasync(journal->fd) != 0)
        good = fail_as(&journal->trouble, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    if (!good)
        give_up(journal);
    free(text);
}

const char *journal_trouble(struct journal *journal)
{
    if (!journal || journal->told || !atomic_load(&journal->troubled))
        return NULL;
    journal->told = true;
    return journal->trouble.text;
}

const char *journal_path(const struct journal *journal)
{
    return journal && atomic_load(&journal->written) ? journal->path : NULL;
}
