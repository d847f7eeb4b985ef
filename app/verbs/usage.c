/* Help of the command line, from the tables of verbs and options. */
#include "app/verbs/usage.h"

#include "app/options/options.h"
#include "app/verbs/verbs.h"

#include <string.h>

static void print_examples(FILE *out, const struct verb *verb)
{
    for (int i = 0; i < 4 && verb->examples[i].line; i++)
        fprintf(out, "  %s\n      %s\n", verb->examples[i].line, verb->examples[i].meaning);
}

static void print_flag(FILE *out, const struct flag *flag)
{
    char left[64];
    const char *argument = flag->argument ? flag->argument : "";
    const char *between = argument[0] == '[' ? "" : " ";
    if (flag->letter)
        snprintf(left, sizeof left, "-%c, --%s%s%s", flag->letter, flag->name, between, argument);
    else
        snprintf(left, sizeof left, "    --%s%s%s", flag->name, between, argument);
    fprintf(out, "  %-25s  %s\n", left, flag->help);
}

/* Does any verb take it that opens a session? */
static bool of_session(const struct flag *flag)
{
    for (int i = 0; verbs[i]; i++)
        if (verbs[i]->can & OPENS_SESSION && options_suit(flag, verbs[i]))
            return true;
    return false;
}

/* verb NULL: of all that open a session. */
static void print_flags(FILE *out, const struct verb *verb)
{
    const char *group = NULL;
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        if (verb ? !options_suit(flag, verb) : !of_session(flag))
            continue;
        if (!group || strcmp(group, flag->group) != 0)
            fprintf(out, "\n%s%s", flag->group, *flag->group ? "\n" : "");
        group = flag->group;
        print_flag(out, flag);
    }
    fputs("\nDefaults are in parentheses.\n", out);
}

static void print_program(FILE *out)
{
    fputs("secateur: find the backdoor in a neural network and prune it out\n"
          "\n"
          "examples\n",
        out);
    print_examples(out, verbs[0]);
    print_examples(out, verb_find(verbs, "sweep"));
    fputs("\nusage: secateur [VERB] [NET] [OPTIONS]\n\nverbs\n", out);
    for (int i = 0; verbs[i]; i++) {
        const char *name = verbs[i]->name;
        fprintf(out, "  %-10s %s\n", *name ? name : "(none)", verbs[i]->help);
    }
    fputs("\nsecateur VERB --help shows the examples and options of a verb.\n", out);
    print_flags(out, NULL);
    fputs("\nexit status\n"
          "  0 done  1 failed  2 wrong command line or no terminal  3 unusable input file\n"
          "  4 goal not reached  5 cannot write  128+n ended by signal n\n",
        out);
}

void usage_print(FILE *out, const struct verb *verb)
{
    if (!*verb->name) {
        print_program(out);
        return;
    }
    fprintf(out, "secateur %s: %s\n\nexamples\n", verb->name, verb->help);
    print_examples(out, verb);
    fprintf(out, "\nusage: secateur %s %s%s[OPTIONS]\n\n%s\n", verb->name,
        verb->operand ? verb->operand : "", verb->operand ? " " : "", verb->about);
    print_flags(out, verb);
}
