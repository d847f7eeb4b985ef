/* Completions for shells, from the tables of verbs and options. */
#include "app/verbs/verbs.h"

#include "app/options/options.h"
#include "app/results/formats.h"

#include <stdio.h>
#include <string.h>

/* Values that can be chosen from, by the name of the argument; NULL: files or free text. */
static const char *choices(const struct flag *flag)
{
    static const char *const table[][2] = {{"format", RESULTS_FORMATS},
        {"color", "auto truecolor 256 16 mono never"}, {"scale", "1 1/255 auto"},
        {"order", "ascending descending"}, {"detector", "logit margin agreement"},
        {"theme", "auto dark light contrast mono"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i][0], flag->name) == 0)
            return table[i][1];
    return NULL;
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

static void print_bash(void)
{
    puts(
        "_secateur() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= flags=");
    fputs("    local verbs='", stdout);
    print_verb_names();
    puts("'\n    for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "        case \" $verbs \" in *\" $w \"*) verb=$w; break ;; esac\n"
         "    done\n    case $before in");
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        if (choices(flag))
            printf("    --%s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", flag->name,
                choices(flag));
        else if (is_file(flag))
            printf("    --%s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", flag->name);
        else if (flag->argument && flag->argument[0] != '[')
            printf("    --%s) return ;;\n", flag->name);
    }
    puts("    esac\n    case $verb in");
    for (int i = 0; verbs[i]; i++) {
        printf("    %s) flags='", *verbs[i]->name ? verbs[i]->name : "''");
        print_flag_names(verbs[i]);
        puts("' ;;");
    }
    puts("    esac\n"
         "    if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "    elif [[ -z $verb ]]; then\n"
         "        COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
         "    else COMPREPLY=($(compgen -f -- \"$word\")); fi\n"
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
    printf("        '--%s%s[", flag->name, optional ? "=-" : "");
    print_quoted(flag->help, "[]:");
    putchar(']');
    if (optional) {
        fputs("::file:_files' \\\n", stdout);
        return;
    }
    if (flag->argument) {
        printf(":%s:", flag->argument);
        if (choices(flag))
            printf("(%s)", choices(flag));
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

static void print_fish(void)
{
    for (int i = 1; verbs[i]; i++) {
        printf("complete -c secateur -n __fish_use_subcommand -a %s -d '", verbs[i]->name);
        print_quoted(verbs[i]->help, "");
        puts("'");
    }
    for (int f = 0; options_at(f); f++) {
        const struct flag *flag = options_at(f);
        printf("complete -c secateur -l %s", flag->name);
        if (flag->letter)
            printf(" -s %c", flag->letter);
        if (flag->argument && flag->argument[0] != '[')
            printf(" -r%s", is_file(flag) ? " -F" : " -f");
        if (choices(flag))
            printf(" -a '%s'", choices(flag));
        fputs(" -d '", stdout);
        print_quoted(flag->help, "");
        puts("'");
    }
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
