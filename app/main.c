/* The program: reads the command line, runs the verb, says what went wrong. */
#include "app/options/arguments.h"
#include "app/options/options.h"
#include "app/verbs/usage.h"
#include "app/terminal/charset.h"
#include "app/terminal/signals.h"
#include "app/verbs/verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

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
    return arguments->verb->run(arguments, err);
}

int main(int argc, char **argv)
{
    static struct arguments arguments; /* holds long lists */
    struct error err = {0};
    charset_init();
    bool good = options_parse(&arguments, verbs, argc, argv, &err) && run(&arguments, &err);
    if (good && (fflush(stdout) != 0 || ferror(stdout)))
        good = fail_as(&err, ERROR_OUTPUT, "standard output: %s", strerror(errno));
    if (good)
        return 0;
    if (err.class == ERROR_CANCELLED)
        signals_die(signals_stopped_by() ? signals_stopped_by() : SIGINT);
    fprintf(stderr, "secateur: %s\n", err.text);
    return err.class == ERROR_NONE ? ERROR_FAILED : (int)err.class;
}
