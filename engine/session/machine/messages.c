/* What the session says while it works. */
#include "engine/session/machine/messages.h"

#include "engine/base/clock.h"
#include "engine/base/memory_out.h"
#include "engine/base/text.h"
#include "engine/session/machine/fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As it is seen; where it is long it ends as it would. */
static void put(char *out, size_t size, const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        memory_run_out();
    text_fit(out, size, text);
    free(text);
}

void session_say(struct session *session, bool error, const char *format, ...)
{
    if (session->n_messages == SESSION_MESSAGES)
        memmove(session->messages, session->messages + 1,
            sizeof *session->messages * (size_t)--session->n_messages);
    struct message *message = &session->messages[session->n_messages++];
    message->serial = ++session->message_serial;
    message->seconds = clock_seconds() - session->started;
    message->error = error;
    va_list args;
    va_start(args, format);
    put(message->text, sizeof message->text, format, args);
    va_end(args);
}

void session_activity(struct session *session, enum phase phase, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put(session->activity, sizeof session->activity, format, args);
    va_end(args);
    session->phase = phase;
    session->done = session->total = 0;
    if (session->hooks.progress)
        session->hooks.progress(session->hooks.context, session);
}

void session_progress(void *context, int done, int total)
{
    struct session *session = context;
    session->done = done;
    session->total = total;
    if (session->hooks.progress)
        session->hooks.progress(session->hooks.context, session);
}
