/* Writing the journal, and turning it into a script that is replayed. */
#include "app/script/journal.h"

#include "app/options/xdg.h"
#include "app/script/journal_head.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

struct journal {
    const struct arguments *arguments;
    char *folder, *path;
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
    return journal;
}

void journal_end(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal->folder);
    free(journal->path);
    free(journal);
}

struct journal *journal_begin(const struct arguments *arguments, struct error *err)
{
    struct journal *journal = create(arguments);
    time_t now = time(NULL);
    struct tm local;
    char name[32] = "";
    journal->folder = xdg_state();
    bool good = journal->folder ? folder_make_all(journal->folder, 0700, err)
                                : fail_as(err, ERROR_OUTPUT, "there is no home folder");
    if (good && access(journal->folder, W_OK | X_OK) != 0)
        good = fail_as(err, ERROR_OUTPUT, "%s: %s", journal->folder, strerror(errno));
    if (!good) {
        journal_end(journal);
        return NULL;
    }
    if (localtime_r(&now, &local))
        strftime(name, sizeof name, "%Y%m%d-%H%M%S", &local);
    journal->path =
        memory_format("%s/%s-%ld%s", journal->folder, name, (long)getpid(), JOURNAL_ENDING);
    atomic_store(&journal->records, true);
    return journal;
}

/* Cuts off what a kill left of the last line, and lets the replay run the rest. */
static bool take_over(struct journal *journal, const struct journal_head *head,
    struct scripts *scripts, struct error *err)
{
    if (ftruncate(journal->fd, (off_t)head->end) != 0 || lseek(journal->fd, 0, SEEK_END) < 0)
        return fail_as(err, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    script_replay(
        scripts, journal->path, head->text + head->begin, head->end - head->begin, head->lines);
    atomic_store(&journal->written, true);
    return true;
}

struct journal *journal_resume(
    struct arguments *arguments, struct scripts *scripts, struct error *err)
{
    struct journal *journal = create(arguments);
    struct journal_head head = {0};
    bool good = journal_head_find(arguments, &journal->path, &journal->fd, &head, err) &&
                journal_head_apply(&head, journal->path, arguments, err) &&
                take_over(journal, &head, scripts, err);
    free(head.text);
    if (good)
        return journal;
    journal_end(journal);
    return NULL;
}

void journal_record(struct journal *journal)
{
    if (journal)
        atomic_store(&journal->records, true);
}

/* The command as it is typed; malloc'd, NULL: it alters nothing. */
static char *spell(const struct command *command, const struct snapshot *s)
{
    int n = command->number;
    char *path, sets[KNOWLEDGE_TEXT];
    switch (command->kind) {
    case COMMAND_STEP:
        return memory_string("step");
    case COMMAND_UNDO:
        return memory_format("undo %d", n > 0 ? n : 1);
    case COMMAND_REDO:
        return memory_format("redo %d", n > 0 ? n : 1);
    case COMMAND_JUMP:
        return memory_format("goto %d", n);
    case COMMAND_RESET:
        return memory_string("reset");
    case COMMAND_PRUNE:
        return memory_format("prune %d", n);
    case COMMAND_LAYER:
        return memory_format("layer %s%s", s->sites[n].name, *command->text ? " on-top" : "");
    case COMMAND_BRANCH:
        return memory_format("branch %d", n + 1);
    case COMMAND_CRITERION:
        return memory_format("criterion %s", command->text);
    case COMMAND_ORDER:
        path = realpath(command->text, NULL);
        char *line = memory_format("order %s", path && s->order_file ? path : command->text);
        free(path);
        return line;
    case COMMAND_REPAIR: /* without what suggested it; the rounds follow */
        return memory_format(
            "layer %s\ngoto 0\ncriterion %s", s->sites[s->site].name, s->criterion);
    case COMMAND_THRESHOLD:
        return memory_format("threshold %.17g", command->value);
    case COMMAND_KNOWN:
        return memory_format("known %s%s", *command->text ? "here " : "",
            knowledge_sets((unsigned)command->number, sets));
    default:
        return NULL;
    }
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

bool journal_agrees(const char *line, const struct snapshot *snapshot)
{
    char text[128];
    outcome(snapshot, text, sizeof text);
    return strcmp(text, line) == 0;
}

/* Makes the file, ours alone, with its head. */
static bool make(struct journal *journal)
{
    struct error *err = &journal->trouble;
    char *head = journal_head_text(journal->arguments, err);
    if (!head)
        return false;
    journal_heads_prune(journal->folder);
    journal->fd = open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = journal->fd >= 0 && flock(journal->fd, LOCK_EX | LOCK_NB) == 0 &&
                write(journal->fd, head, strlen(head)) == (ssize_t)strlen(head);
    if (good)
        atomic_store(&journal->written, true);
    else
        fail_as(err, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    free(head);
    return good;
}

/* Scans and tests are not run again, but what they showed stays known to what was chosen since. */
static char *known_before(struct journal *journal, const struct snapshot *s)
{
    char sets[KNOWLEDGE_TEXT];
    bool more = s->seen & ~journal->seen;
    journal->seen |= s->seen;
    return more ? memory_format("known %s\n", knowledge_sets(s->seen, sets)) : memory_string("");
}

/* Nor are runs until a goal: their rounds are steps, and what stopped them is said. */
static char *known_here(const struct snapshot *s)
{
    char sets[KNOWLEDGE_TEXT];
    return s->stopped ? memory_format("known here %s\n", knowledge_sets(s->stopped, sets))
                      : memory_string("");
}

void journal_note(void *context, const struct command *command, const struct snapshot *snapshot)
{
    struct journal *journal = context;
    char after[128];
    if (!atomic_load(&journal->records) || atomic_load(&journal->troubled))
        return;
    char *line = spell(command, snapshot);
    if (!line)
        return;
    outcome(snapshot, after, sizeof after);
    char *before = known_before(journal, snapshot), *behind = known_here(snapshot);
    char *text = memory_format("%s%s\n%s%s\n", before, line, behind, after);
    free(before);
    free(behind);
    ssize_t size = (ssize_t)strlen(text);
    bool good = journal->fd >= 0 || make(journal);
    if (good && (write(journal->fd, text, (size_t)size) != size || fdatasync(journal->fd) != 0))
        good = fail_as(&journal->trouble, ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
    if (!good)
        atomic_store(&journal->troubled, true);
    free(text);
    free(line);
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
