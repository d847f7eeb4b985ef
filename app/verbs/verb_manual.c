/* The manual pages, of the program and of each verb, from the tables of verbs, options and
 * commands.
 */
#include "app/verbs/verbs.h"

#include "app/commands/commands.h"
#include "app/commands/preferences.h"
#include "app/options/options.h"
#include "app/screen/glossary.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Text in man's format: hyphens that are typed, backslashes, lines that begin with a dot. */
static void text(const char *words)
{
    bool line_begins = true;
    for (const char *c = words; *c; c++) {
        if (line_begins && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        if (*c == '-')
            fputs("\\-", stdout);
        else if (*c == '\\')
            fputs("\\e", stdout);
        else
            putchar(*c);
        line_begins = *c == '\n';
    }
}

static void section(const char *name)
{
    printf(".SH %s\n", name);
}

static void print_examples(const struct verb *verb)
{
    for (int i = 0; i < 4 && verb->examples[i].line; i++) {
        fputs(".TP\n.B ", stdout);
        text(verb->examples[i].line);
        putchar('\n');
        text(verb->examples[i].meaning);
        putchar('\n');
    }
}

static void print_verb(const struct verb *verb)
{
    printf(".SS secateur %s", verb->name);
    if (verb->operand) {
        putchar(' ');
        text(verb->operand);
    }
    putchar('\n');
    text(verb->about);
    putchar('\n');
    print_examples(verb);
}

/* Which verbs take it, in words; nothing where all do that open a session. */
static void print_verbs_of(const struct flag *flag)
{
    const char *between = " (";
    bool all = true;
    for (int i = 0; verbs[i]; i++)
        all = all && (!(verbs[i]->can & OPENS_SESSION) || options_suit(flag, verbs[i]));
    if (all)
        return;
    for (int i = 0; verbs[i]; i++) {
        if (!options_suit(flag, verbs[i]))
            continue;
        printf("%s%s", between, *verbs[i]->name ? verbs[i]->name : "application");
        between = ", ";
    }
    putchar(')');
}

/* verb NULL: of all verbs, which are named. */
static void print_flags(const struct verb *verb)
{
    const char *group = "";
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        if (verb && !options_suit(flag, verb))
            continue;
        if (strcmp(flag->group, group) != 0 && *flag->group)
            printf(".SS %s\n", flag->group);
        group = flag->group;
        fputs(".TP\n", stdout);
        if (flag->letter)
            printf("\\fB\\-%c\\fR, ", flag->letter);
        fputs("\\fB\\-\\-", stdout);
        text(flag->name);
        printf("\\fR%s%s%s\n",
            !flag->argument            ? ""
            : flag->argument[0] == '[' ? "\\fI"
                                       : " \\fI",
            flag->argument ? flag->argument : "", flag->argument ? "\\fR" : "");
        text(flag->help);
        if (!verb)
            print_verbs_of(flag);
        putchar('\n');
    }
}

static void print_commands(void)
{
    const char *group = "";
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        if (strcmp(action->group, group) != 0)
            printf(".SS %s\n", action->group);
        group = action->group;
        fputs(".TP\n\\fB", stdout);
        text(*action->keys ? action->keys : "(no key)");
        fputs("\\fR  :", stdout);
        text(action->name);
        if (action->argument) {
            putchar(' ');
            text(action->argument);
        }
        putchar('\n');
        text(action->help);
        if (action->view)
            printf(" (in the panel %s)", action->view);
        putchar('\n');
    }
}

static void print_words(void)
{
    section("GLOSSARY");
    for (int i = 0; glossary_at(i); i++) {
        fputs(".TP\n.B ", stdout);
        text(glossary_at(i)->term);
        putchar('\n');
        text(glossary_at(i)->meaning);
        putchar('\n');
    }
}

static void print_statuses(void)
{
    static const char *const statuses[][2] = {{"0", "done"}, {"1", "failed"},
        {"2", "wrong command line, or no terminal"}, {"3", "a file that cannot be used"},
        {"4", "the goal asked for was not reached"}, {"5", "a file that cannot be written"},
        {"128+n", "ended by signal n"}};
    section("EXIT STATUS");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        printf(".TP\n%s\n%s\n", statuses[i][0], statuses[i][1]);
}

static void print_environment(void)
{
    static const char *const variables[][2] = {
        {"NO_COLOR", "if it is not empty: no colours, unless --color asks for them"},
        {"COLORTERM", "truecolor or 24bit: exact colours, not the nearest of 256"},
        {"LC_ALL, LC_CTYPE, LANG", "C or POSIX: only ASCII characters"},
        {"XDG_CONFIG_HOME", "folder of the configuration, secateur/config in it (~/.config)"},
        {"XDG_STATE_HOME", "folder of the journals, secateur/ in it (~/.local/state)"},
        {"SECATEUR_KERNELS",
            "avx512, avx2 or plain: the kernels for that kind of processor instead of the fastest"},
        {"SOURCE_DATE_EPOCH", "seconds since 1970: the date in PDF figures (2000-01-01)"},
        {"TERM", "the terminal; an unknown one is treated as xterm-256color, one that cannot move "
                 "the cursor gets plain lines"},
        {"COLORFGBG", "the background colour, if the terminal does not answer when asked"}};
    section("ENVIRONMENT");
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        printf(".TP\n.B %s\n", variables[i][0]);
        text(variables[i][1]);
        putchar('\n');
    }
}

static void print_files(void)
{
    static const char *const files[][2] = {
        {"~/.config/secateur/config", "lines with set, bind, unbind and theme; secateur "
                                      "--print-config prints a complete file"},
        {"~/.local/state/secateur/*.journal",
            "the changes of each session, for --resume; the newest 20 files stay"},
        {"~/.local/state/secateur/history", "commands that were typed after the colon"}};
    section("FILES");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        fputs(".TP\n.I ", stdout);
        text(files[i][0]);
        putchar('\n');
        text(files[i][1]);
        putchar('\n');
    }
    puts(
        ".PP\n"
        "The command set changes these at any time, and all long options that do not name a file:");
    for (int i = 0; preferences_at(i); i++) {
        fputs(".TP\n.B ", stdout);
        text(preferences_at(i)->name);
        putchar('\n');
        text(preferences_at(i)->words);
        putchar('\n');
    }
}

/* A date would make each build another. */
static void print_title(const char *verb)
{
    fputs(".TH SECATEUR", stdout);
    if (*verb)
        putchar('-');
    for (const char *c = verb; *c; c++)
        putchar(toupper((unsigned char)*c));
    printf(" 1 \"\" \"secateur %s\" \"User Commands\"\n", SECATEUR_VERSION);
}

static void print_page_of(const struct verb *verb)
{
    print_title(verb->name);
    section("NAME");
    printf("secateur\\-%s \\- ", verb->name);
    text(verb->help);
    putchar('\n');
    section("SYNOPSIS");
    printf(".B secateur %s\n", verb->name);
    if (verb->operand) {
        text(verb->operand);
        putchar(' ');
    }
    puts("[\\fIOPTIONS\\fR]");
    section("DESCRIPTION");
    text(verb->about);
    putchar('\n');
    section("EXAMPLES");
    print_examples(verb);
    section("OPTIONS");
    print_flags(verb);
    print_statuses();
    section("SEE ALSO");
    puts(".BR secateur (1):\nkeys, commands, files, environment, glossary.");
}

static void print_page(void)
{
    print_title("");
    section("NAME");
    puts("secateur \\- find the backdoor in a neural network and prune it out");
    section("SYNOPSIS");
    puts(".B secateur\n[\\fIVERB\\fR] [\\fINET\\fR] [\\fIOPTIONS\\fR]");
    section("DESCRIPTION");
    text(verbs[0]->about);
    putchar('\n');
    print_examples(verbs[0]);
    section("VERBS");
    for (int i = 1; verbs[i]; i++)
        print_verb(verbs[i]);
    section("OPTIONS");
    print_flags(NULL);
    section("KEYS AND COMMANDS");
    puts(
        "Every command can be typed after a colon; most also have a key. A digit chooses a panel.\n"
        "Digits typed less than two seconds before the key of step, undo, redo, goto or run are "
        "its\n"
        "argument instead: 5s prunes five channels, 45g goes to round 45.");
    print_commands();
    print_statuses();
    print_environment();
    print_files();
    print_words();
}

static void print_end(void)
{
    section("SEE ALSO");
    for (int i = 1; verbs[i]; i++)
        printf(".BR secateur\\-%s (1)%s\n", verbs[i]->name, verbs[i + 1] ? "," : "");
    puts(
        ".PP\n"
        "Liu, Dolan\\-Gavitt, Garg: Fine\\-Pruning: Defending Against Backdooring Attacks on Deep\n"
        "Neural Networks, RAID 2018.");
    puts(".PP\n"
         "If a kill that no program can catch leaves the terminal in disorder, type\n"
         ".BR reset .");
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    const struct verb *verb = arguments->operand ? verb_find(verbs, arguments->operand) : NULL;
    if (verb && *verb->name) {
        print_page_of(verb);
        return true;
    }
    if (arguments->operand)
        return fail_as(err, ERROR_USAGE, "manual %s: there is no such verb", arguments->operand);
    print_page();
    print_end();
    return true;
}

const struct verb verb_manual = {
    .name = "manual",
    .operand = "[VERB]",
    .help = "print the manual page, with all keys and commands",
    .about = "Prints the manual page in the format of man; of a verb, that of the verb alone.",
    .examples = {{"secateur manual | man -l -", "read it"},
        {"secateur manual scan", "all that scan takes"}},
    .run = run_verb,
};
