/* The program: reads the command line, runs the verb, says what went wrong. */
#include "app/options/arguments.h"
#include "app/options/options.h"
#include "app/ranks/ranks.h"
#include "app/verbs/usage.h"
#include "app/terminal/charset.h"
#include "app/terminal/signals.h"
#include "app/terminal/standard_streams.h"
#include "app/terminal/terminal.h"
#include "app/verbs/verbs.h"
#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/base/escape.h"

#include <signal.h>
#include <stdio.h>

/* Before there is anything in memory that a file may not know. */
static void prepare_readers(void)
{
    const char *weakness = sandbox_weakness();
    sandbox_prepare(demo_rehearse);
    if (weakness)
        escape_line(stderr, "secateur: %s", weakness);
}

static bool run(const struct arguments *arguments, struct error *err)
{
    if (arguments->help) {
        usage_print(stdout, arguments->verb);
        return true;
    }
    if (arguments->version) {
        printf("secateur %s\n", SECATEUR_VERSION);
        return true;
    }
    if (!ranks_check(arguments->verb, err))
        return false;
    if (arguments->verb->can & READS_NET)
        prepare_readers();
    return ranks_meet(arguments, err) && arguments->verb->run(arguments, err);
}

int main(int argc, char **argv)
{
    static struct arguments arguments; /* holds long lists */
    struct error err = {0};
    charset_init();
    signals_prepare();
    memory_before_end(terminal_restore);
    bool good = standard_streams_fill(&err);
    ranks_begin();
    good = good && options_parse(&arguments, verbs, argc, argv, &err) && run(&arguments, &err) &&
           standard_streams_flush(&err);
    good = ranks_end(good, &err);
    if (!good && err.class != ERROR_CANCELLED)
        escape_line(stderr, "secateur: %s", err.text);
    int status = good ? 0 : err.class == ERROR_NONE ? ERROR_FAILED : (int)err.class;
    status = ranks_leave(status);
    if (!good && err.class == ERROR_CANCELLED)
        signals_die(signals_stopped_by() ? signals_stopped_by() : SIGINT);
    return status;
}
