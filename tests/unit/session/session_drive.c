/* Sessions under test: opened, and driven by commands that must succeed or must not. */
#include "tests/unit/session/session_trial.h"

struct options trial_options(void)
{
    struct options options = OPTIONS_DEFAULT;
    options.model = "net.h5";
    options.clean = "clean.h5";
    options.poisoned = "poisoned.h5";
    options.test_clean = "test_clean.h5";
    options.test_poisoned = "test_poisoned.h5";
    options.scale = 1 / 255.0;
    options.threads = 1;
    return options;
}

struct session *trial_open(const struct options *options, const struct session_hooks *hooks)
{
    struct error err = {0};
    struct session *session = session_create(options, hooks);
    if (!session_open(session, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.class, ERROR_NONE);
    return session;
}

bool trial_try(struct session *session, const struct command *command, struct error *err)
{
    bool good = session_command(session, command, err);
    while (good && session_busy(session))
        good = session_step(session, err);
    return good;
}

static void must(struct session *session, const struct command *command)
{
    struct error err = {0};
    if (!trial_try(session, command, &err))
        print_error("command %d: %s\n", (int)command->kind, err.text);
    assert_int_equal(err.class, ERROR_NONE);
    assert_false(session_busy(session));
}

void trial_do(struct session *session, enum command_kind kind, int number)
{
    const struct command command = {.kind = kind, .number = number};
    must(session, &command);
}

void trial_say(struct session *session, enum command_kind kind, const char *text)
{
    struct command command = {.kind = kind};
    snprintf(command.text, sizeof command.text, "%s", text);
    must(session, &command);
}

void trial_threshold(struct session *session, double points)
{
    const struct command command = {.kind = COMMAND_THRESHOLD, .value = points};
    must(session, &command);
}

void trial_refuse(struct session *session, const struct command *command, const char *message)
{
    struct error err = {0};
    bool busy = session_busy(session);
    char *before = trial_found(session);
    assert_false(session_command(session, command, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(session_busy(session), busy);
    trial_expect_found(session, before);
    free(before);
}

char *trial_found(struct session *session)
{
    const struct snapshot *snapshot = session_snapshot(session);
    char *text = trial_text(snapshot, TRIAL_FOUND);
    snapshot_unref(snapshot);
    return text;
}

void trial_expect_found(struct session *session, const char *expected)
{
    char *found = trial_found(session);
    assert_string_equal(found, expected);
    free(found);
}
