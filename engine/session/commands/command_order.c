/* Commands criterion, order, channels and listed: which channel goes next. */
#include "engine/session/commands/forms.h"
#include "engine/session/machine/session_order.h"
#include "engine/session/machine/session_repair.h"
#include "engine/session/machine/session_thresholds.h"

#include "engine/base/memory.h"
#include "engine/prune/criteria/criteria.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A new order ends a run. */
static void settle(struct session *session)
{
    session->work.unit = NULL;
    session_find_thresholds(session); /* of a new branch, perhaps */
}

static bool take_criterion(
    struct session *session, const struct command *command, struct error *err)
{
    char name[COMMAND_TEXT];
    memcpy(name, command->text, sizeof name);
    name[sizeof name - 1] = '\0';
    char *space = strchr(name, ' ');
    if (space)
        *space++ = '\0';
    const struct criterion *criterion = criteria_find(name, err);
    if (!criterion || !session_prunes(session, err))
        return false;
    if (space && strcmp(space, "ascending") != 0 && strcmp(space, "descending") != 0)
        return fail_as(err, ERROR_USAGE, "order %s: use ascending or descending", space);
    if (!session_choose_order(session, criterion, space, err))
        return false;
    settle(session);
    return true;
}

static bool take_order(struct session *session, const struct command *command, struct error *err)
{
    const struct criterion *criterion = session_history(session)->order->criterion;
    if (!session_prunes(session, err))
        return false;
    if (!session_choose_order(session, criterion, command->text, err))
        return false;
    settle(session);
    return true;
}

static bool take_listed(struct session *session, const struct command *command, struct error *err)
{
    if (!session_prunes(session, err) || !session_choose_listed(session, command->text, err))
        return false;
    settle(session);
    return true;
}

static bool list_channels(struct session *session, const struct command *command, struct error *err)
{
    int most = session_history(session)->order->n_channels, n = 0;
    int from = command->number ? session->n_listed : 0;
    int *told = memory_array(sizeof command->text, sizeof *told);
    const char *at = command->text;
    for (; at && *at; at += at && *at == ' ')
        at = forms_number(at, most - 1, &told[n++], err);
    if (at && from + n > most)
        at = fail_as(err, ERROR_USAGE, "more than the %d channels there are", most) ? at : NULL;
    if (at) {
        session->listed =
            memory_grow(session->listed, (size_t)(from + n) + 1, sizeof *session->listed);
        memcpy(session->listed + from, told, (size_t)n * sizeof *told);
        session->n_listed = from + n;
    }
    free(told);
    return at != NULL;
}

static const char *direction(bool descending)
{
    return descending ? "descending" : "ascending";
}

static char *write_criterion(const struct command *command, const struct snapshot *after)
{
    (void)command;
    return memory_format("criterion %s %s", after->criterion, direction(after->descending));
}

/* "NAME" or "NAME ascending", a name of the snapshot's. */
static bool read_criterion(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    size_t length = strcspn(rest, " ");
    const char *behind = rest + length;
    bool known =
        !*behind || strcmp(behind + 1, "ascending") == 0 || strcmp(behind + 1, "descending") == 0;
    if (!known)
        return fail_as(err, ERROR_INPUT, "only ascending or descending may follow");
    for (int i = 0; i < now->n_criteria; i++) {
        const char *name = now->criteria[i].name;
        if (strlen(name) != length || strncmp(name, rest, length) != 0)
            continue;
        snprintf(command->text, sizeof command->text, "%s%s", name, behind);
        return true;
    }
    return fail_as(err, ERROR_INPUT, "there is no such criterion");
}

/* What a name is written with; all else is %XX. */
static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("._-/", c));
}

/* Lines of channels, each short enough for a command, and what the file was called: text that
 * nothing opens. */
static char *write_listed(const struct snapshot *after)
{
    enum { IN_A_LINE = 32, NUMBER = 12, HEAD = 32 };
    size_t n = (size_t)after->n_ranking, room = HEAD + 3 * strlen(after->order_file) + 1;
    room += n * NUMBER + (n / IN_A_LINE + 1) * HEAD;
    char *text = memory_array(room, 1), *at = text;
    at += sprintf(at, "channels");
    for (size_t i = 0; i < n; i++)
        at += sprintf(
            at, "%s %d", i > 0 && i % IN_A_LINE == 0 ? "\nchannels +" : "", after->ranking[i]);
    at += sprintf(at, "\nlisted ");
    for (const char *name = after->order_file; *name; name++)
        at += sprintf(at, is_plain(*name) ? "%c" : "%%%02X", (unsigned char)*name);
    return text;
}

static char *write_order(const struct command *command, const struct snapshot *after)
{
    (void)command;
    return after->order_file ? write_listed(after)
                             : memory_format("order %s", direction(after->descending));
}

static bool read_order(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    if (strcmp(rest, "ascending") != 0 && strcmp(rest, "descending") != 0)
        return fail_as(err, ERROR_INPUT, "say ascending or descending");
    snprintf(command->text, sizeof command->text, "%s", rest);
    return true;
}

/* What write_listed wrote of the name. */
static bool read_listed(
    const char *at, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    size_t n = 0;
    for (; *at && n + 1 < COMMAND_TEXT; n++) {
        char digits[3] = "";
        bool coded = *at == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2]);
        if (coded)
            memcpy(digits, at + 1, 2);
        command->text[n] = coded ? (char)strtol(digits, NULL, 16) : *at;
        if (!coded && !is_plain(*at))
            return fail_as(err, ERROR_INPUT, "a name has a sign that must be written as %%XX");
        at += coded ? 3 : 1;
    }
    return (n > 0 && !*at && strlen(command->text) == n) ||
           fail_as(err, ERROR_INPUT, "a name is empty or too long");
}

/* "3 17 4" begins a list, "+ 5 9" goes on. */
static bool read_channels(
    const char *rest, const struct snapshot *now, struct command *command, struct error *err)
{
    (void)now;
    command->number = strncmp(rest, "+ ", 2) == 0;
    rest += command->number ? 2 : 0;
    if (strspn(rest, "0123456789 ") != strlen(rest) || strlen(rest) >= sizeof command->text)
        return fail_as(err, ERROR_INPUT, "numbers of channels must follow");
    snprintf(command->text, sizeof command->text, "%s", rest);
    return true;
}

/* Text: name of a criterion, in its natural order; "name ascending" and "name descending" say the
 * order too. */
const struct engine_command engine_command_criterion = {
    .name = "criterion",
    .alters = ALTERS_ORDER | ALTERS_BRANCH,
    .run = take_criterion,
    .write = write_criterion,
    .read = read_criterion,
};

/* Text: "ascending", "descending" or a file of channel numbers, which a journal has as channels and
 * listed. */
const struct engine_command engine_command_order = {
    .name = "order",
    .alters = ALTERS_ORDER | ALTERS_BRANCH,
    .run = take_order,
    .write = write_order,
    .read = read_order,
};

/* Text: numbers of channels, apart by a blank: a list for an order. Number 1: they go on with it.
 */
const struct engine_command engine_command_channels = {
    .name = "channels",
    .run = list_channels,
    .read = read_channels,
};

/* The channels that were listed, from a file that was called `text`; it is not opened. */
const struct engine_command engine_command_listed = {
    .name = "listed",
    .alters = ALTERS_ORDER | ALTERS_BRANCH,
    .run = take_listed,
    .write = write_order,
    .read = read_listed,
};
