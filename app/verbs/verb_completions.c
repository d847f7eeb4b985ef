/* Completions for shells, from the tables of verbs and options. */
#include "app/verbs/verbs.h"

#include "app/options/options.h"
#include "app/results/formats.h"
#include "views/cells/theme.h"

#include <stdio.h>
#include <string.h>

enum { CHOICES = 1024 };

/* Names of the engine's tables, with _ for -; behind the last NULL. */
#define ENTRY(name) #name,
static const char *const criteria[] = {
#include "engine/prune/criteria/criteria.def"
    NULL};
static const char *const detectors[] = {
#include "engine/defence/detectors/detectors.def"
    NULL};
static const char *const repairs[] = {
#include "engine/defence/repairs/repairs.def"
    NULL};
static const char *const attacks[] = {
#include "engine/attack/attacks/attacks.def"
    NULL};
#undef ENTRY

static void list_names(const char *const *names, char text[CHOICES])
{
    size_t used = 0;
    for (; *names; names++)
        used += (size_t)snprintf(text + used, CHOICES - used, "%s%s", used ? " " : "", *names);
    for (char *at = text; *at; at++)
        *at = *at == '_' ? '-' : *at;
}

static void list_themes(char text[CHOICES])
{
    size_t used = (size_t)snprintf(text, CHOICES, "auto");
    for (int i = 0; themes_at(i); i++)
        used += (size_t)snprintf(text + used, CHOICES - used, " %s", themes_at(i)->name);
}

/* Values that can be chosen from, by the name of the argument; false: files or free text. */
static bool choices(const struct flag *flag, char text[CHOICES])
{
    static const struct {
        const char *flag, *words;
        const char *const *names;
    } table[] = {{"format", RESULTS_FORMATS, NULL},
        {"color", "auto truecolor 256 16 mono never", NULL}, {"scale", "1 1/255 auto", NULL},
        {"graphics", "auto kitty sixel blocks", NULL}, {"net", "lab residual", NULL},
        {"figure-size", "88mm 120mm 180mm slide", NULL}, {"figure-format", "pdf svg png", NULL},
        {"figure-style", "sans serif title intervals", NULL}, {"attacks", NULL, attacks},
        {"order", "ascending descending", NULL}, {"criterion", NULL, criteria},
        {"criteria", NULL, criteria}, {"detector", NULL, detectors}, {"repair", NULL, repairs},
        {"attack", NULL, attacks}};
    size_t n = sizeof table / sizeof *table, i = 0;
    text[0] = '\0';
    while (i < n && strcmp(table[i].flag, flag->name) != 0)
        i++;
    if (i < n && table[i].words)
        snprintf(text, CHOICES, "%s", table[i].words);
    else if (i < n)
        list_names(table[i].names, text);
    else if (strcmp(flag->name, "theme") == 0)
        list_themes(text);
    return *text;
}

static bool is_file(const struct flag *flag)
{
    return flag->argument &&
           (strcmp(flag->argument, "FILE") == 0 || strcmp(flag->argument, "DIR") == 0);
}

static void print_verb_names(void)
{
    for (int i = 1; verbs[i]; i++)
        printf("%s%s", i > 1 ? " " : "", verbs[i]->name);
}

static void print_flag_names(const struct verb *verb)
{
    const char *between = "";
    for (int i = 0; options_at(i); i++) {
        if (!options_suit(options_at(i), verb))
            continue;
        printf("%s--%s", between, options_at(i)->name);
        between = " ";
    }
}

/* "    --clean | -c)" */
static void print_bash_case(const struct flag *flag)
{
    printf("    --%s", flag->name);
    if (flag->letter)
        printf(" | -%c", flag->letter);
    fputs(") ", stdout);
}

/* What follows a flag that takes a value. */
static void print_bash_values(void)
{
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        char words[CHOICES];
        bool some = choices(flag, words), optional = flag->argument && flag->argument[0] == '[';
        if (!flag->argument || optional)
            continue;
        print_bash_case(flag);
        if (some)
            printf("_secateur_offer -W '%s'; return ;;\n", words);
        else if (is_file(flag))
            puts("_secateur_offer -f; return ;;");
        else
            puts("return ;;");
    }
}

/* Words apart by lines, so that names of files may hold blanks; --flag=value is three words. */
static void print_bash(void)
{
    puts(
        "_secateur_offer() {\n"
        "    local IFS=$'\\n' words='' at=\n"
        "    if [[ $1 == -W ]]; then words=${2// /$'\\n'}; set -- -W \"$words\"; fi\n"
        "    while read -r at; do COMPREPLY+=(\"$at\"); done < <(compgen \"$@\" -- \"$word\")\n"
        "}\n"
        "_secateur() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= flags=\n"
        "    COMPREPLY=()\n"
        "    if [[ $word == = ]]; then before=${COMP_WORDS[COMP_CWORD-1]} word=\n"
        "    elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi");
    fputs("    local verbs='", stdout);
    print_verb_names();
    puts("'\n    for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "        case \" $verbs \" in *\" $w \"*) verb=$w; break ;; esac\n"
         "    done\n    case $before in");
    print_bash_values();
    puts("    completions) _secateur_offer -W 'bash zsh fish'; return ;;\n"
         "    manual) _secateur_offer -W \"$verbs\"; return ;;\n"
         "    esac\n    case $verb in");
    for (int i = 0; verbs[i]; i++) {
        printf("    %s) flags='", *verbs[i]->name ? verbs[i]->name : "''");
        print_flag_names(verbs[i]);
        puts("' ;;");
    }
    puts("    esac\n"
         "    if [[ $word == -* ]]; then _secateur_offer -W \"$flags\"; return; fi\n"
         "    if [[ -z $verb ]]; then _secateur_offer -W \"$verbs\"; fi\n"
         "    _secateur_offer -f\n"
         "}\n"
         "complete -o filenames -F _secateur secateur");
}

/* Text between single quotes, brackets and colons out of zsh's way. */
static void print_quoted(const char *words, const char *escaped)
{
    for (const char *c = words; *c; c++) {
        if (*c == '\'')
            fputs("'\\'", stdout);
        else if (strchr(escaped, *c))
            putchar('\\');
        putchar(*c);
    }
}

static void print_zsh_flag(const struct flag *flag)
{
    bool optional = flag->argument && flag->argument[0] == '[';
    char words[CHOICES];
    if (flag->letter)
        printf(
            "        '(-%c --%s)'{-%c,--%s}'[", flag->letter, flag->name, flag->letter, flag->name);
    else
        printf("        '--%s%s[", flag->name, optional ? "=-" : "");
    print_quoted(flag->help, "[]:");
    putchar(']');
    if (optional) {
        fputs("::file:_files' \\\n", stdout);
        return;
    }
    if (flag->argument) {
        printf(":%s:", flag->argument);
        if (choices(flag, words))
            printf("(%s)", words);
        else if (is_file(flag))
            fputs("_files", stdout);
    }
    fputs("' \\\n", stdout);
}

static void print_zsh(void)
{
    puts("#compdef secateur\n_secateur() {\n    local -a verbs\n    verbs=(");
    for (int i = 1; verbs[i]; i++) {
        printf("        '%s:", verbs[i]->name);
        print_quoted(verbs[i]->help, ":");
        puts("'");
    }
    puts("    )\n    case ${words[2]} in");
    for (int i = 1; verbs[i]; i++) {
        printf("    %s) _arguments '1:verb:' \\\n", verbs[i]->name);
        for (int f = 0; options_at(f); f++)
            if (options_suit(options_at(f), verbs[i]))
                print_zsh_flag(options_at(f));
        if (strcmp(verbs[i]->name, "completions") == 0)
            puts("        '2:shell:(bash zsh fish)' ;;");
        else if (strcmp(verbs[i]->name, "manual") == 0)
            puts("        '2:verb:{_describe verb verbs}' ;;");
        else
            puts("        '*:file:_files' ;;");
    }
    puts("    *) _arguments \\");
    for (int f = 0; options_at(f); f++)
        if (options_suit(options_at(f), verbs[0]))
            print_zsh_flag(options_at(f));
    puts("        '1: :{_describe verb verbs; _files}' '*:file:_files' ;;\n    esac\n}");
    puts("if [[ $funcstack[1] = _secateur ]]; then _secateur \"$@\"; else compdef _secateur "
         "secateur; fi");
}

/* Which verb the line has, "" before there is one; whether it is one of some. */
static void print_fish_verb(void)
{
    fputs("function __secateur_verb\n"
          "    for word in (commandline -opc)[2..-1]\n"
          "        if contains -- $word ",
        stdout);
    print_verb_names();
    puts("\n            echo $word\n            return\n        end\n    end\nend\n"
         "function __secateur_in\n"
         "    set -l verb (__secateur_verb)\n"
         "    contains -- \"$verb\" $argv\n"
         "end");
}

static void print_fish_flag(const struct flag *flag)
{
    char words[CHOICES];
    fputs("complete -c secateur -n '__secateur_in", stdout);
    for (int i = 0; verbs[i]; i++)
        if (options_suit(flag, verbs[i]))
            printf(" %s", *verbs[i]->name ? verbs[i]->name : "\"\"");
    printf("' -l %s", flag->name);
    if (flag->letter)
        printf(" -s %c", flag->letter);
    if (flag->argument && flag->argument[0] != '[')
        printf(" -r%s", is_file(flag) ? " -F" : " -f");
    if (choices(flag, words))
        printf(" -a '%s'", words);
    fputs(" -d '", stdout);
    print_quoted(flag->help, "");
    puts("'");
}

static void print_fish(void)
{
    print_fish_verb();
    for (int i = 1; verbs[i]; i++) {
        printf("complete -c secateur -n '__secateur_in \"\"' -a %s -d '", verbs[i]->name);
        print_quoted(verbs[i]->help, "");
        puts("'");
    }
    puts("complete -c secateur -n '__secateur_in completions' -f -a 'bash zsh fish'");
    fputs("complete -c secateur -n '__secateur_in manual' -f -a '", stdout);
    print_verb_names();
    puts("'");
    for (int f = 0; options_at(f); f++)
        print_fish_flag(options_at(f));
}

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    for (size_t i = 0; arguments->operand && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].shell, arguments->operand) == 0) {
            shells[i].print();
            return true;
        }
    }
    return fail_as(err, ERROR_USAGE, "completions needs a shell: bash, zsh or fish");
}

const struct verb verb_completions = {
    .name = "completions",
    .operand = "SHELL",
    .help = "print completions for bash, zsh or fish",
    .about = "Prints a script that completes verbs, options and their values.",
    .examples = {{"source <(secateur completions bash)", "for this shell"}},
    .run = run_verb,
};
