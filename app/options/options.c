/* The parser of the command line, which reads the table of options. */
#include "app/options/options.h"

#include "app/options/values.h"
#include "app/results/formats.h"
#include "engine/base/spelling.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool unknown_flag(const char *name, struct error *err)
{
    const char *words[ARGUMENTS_FLAGS_MAX];
    int n = 0;
    for (; options_at(n); n++)
        words[n] = options_at(n)->name;
    const char *near = spelling_nearest(name, words, n);
    if (near)
        return fail_as(err, ERROR_USAGE, "unknown option --%s; did you mean --%s?", name, near);
    return fail_as(err, ERROR_USAGE, "unknown option --%s; see secateur --help", name);
}

static bool unknown_verb(const struct verb *const *verbs, const char *name, struct error *err)
{
    const char *words[32], *near;
    int n = 0;
    for (int i = 1; verbs[i] && n < 32; i++)
        words[n++] = verbs[i]->name;
    near = spelling_nearest(name, words, n);
    if (near)
        return fail_as(err, ERROR_USAGE, "unknown verb %s; did you mean %s?", name, near);
    return fail_as(err, ERROR_USAGE, "unknown verb %s; see secateur --help", name);
}

/* A pass over argv: what is left, which flags were met. */
struct parse {
    const struct verb *const *verbs;
    struct arguments *arguments;
    int argc, at;
    char *const *argv;
    bool met[ARGUMENTS_FLAGS_MAX], literal; /* literal: behind "--" */
    struct error *err;
};

/* An option that needs a value stands last. */
static bool fail_without_value(struct parse *parse, const char *shown, const char *argument)
{
    const char *what = strcmp(argument, "FILE") == 0   ? "a file"
                       : strcmp(argument, "DIR") == 0  ? "a folder"
                       : strcmp(argument, "NAME") == 0 ? "a name"
                                                       : "a value";
    return fail_as(parse->err, ERROR_USAGE, "%s needs %s: %s %s", shown, what, shown, argument);
}

static bool apply(struct parse *parse, int index, const char *value, const char *shown)
{
    const struct flag *flag = options_at(index);
    bool optional = flag->argument && flag->argument[0] == '[';
    if (optional && !value) {
        value = "";
    } else if (flag->argument && !value) {
        if (++parse->at >= parse->argc)
            return fail_without_value(parse, shown, flag->argument);
        value = parse->argv[parse->at];
    } else if (!flag->argument && value) {
        return fail_as(parse->err, ERROR_USAGE, "%s takes no value: give %s alone", shown, shown);
    }
    parse->met[index] = true;
    parse->arguments->said[index] = value ? value : "on";
    if (flag->set((char *)parse->arguments + flag->field, value, parse->err))
        return true;
    return fail_in(parse->err, shown);
}

static bool parse_long(struct parse *parse, const char *word)
{
    char name[64], shown[72];
    const char *equals = strchr(word, '=');
    int length = equals ? (int)(equals - word) : (int)strlen(word);
    snprintf(name, sizeof name, "%.*s", length, word);
    snprintf(shown, sizeof shown, "--%s", name);
    for (int i = 0; options_at(i); i++)
        if (strcmp(options_at(i)->name, name) == 0)
            return apply(parse, i, equals ? equals + 1 : NULL, shown);
    return unknown_flag(name, parse->err);
}

static bool parse_letter(struct parse *parse, const char *word)
{
    char shown[3] = {'-', word[0], '\0'};
    for (int i = 0; options_at(i); i++)
        if (options_at(i)->letter == word[0] && (word[1] == '\0' || options_at(i)->argument))
            return apply(parse, i, word[1] ? word + 1 : NULL, shown);
    return fail_as(parse->err, ERROR_USAGE, "unknown option -%s; see secateur --help", word);
}

static bool parse_operand(struct parse *parse, const char *word)
{
    struct arguments *arguments = parse->arguments;
    bool first = !arguments->verb && !arguments->operand;
    if (first && !parse->literal && strcmp(word, "help") == 0) {
        arguments->help = true;
        return true;
    }
    if (first && !parse->literal && *word && verb_find(parse->verbs, word)) {
        arguments->verb = verb_find(parse->verbs, word);
        return true;
    }
    if (first && !strpbrk(word, "./"))
        return unknown_verb(parse->verbs, word, parse->err);
    if (!arguments->operand) {
        arguments->operand = word;
        return true;
    }
    if (!arguments->verb || !arguments->verb->many)
        return fail_as(parse->err, ERROR_USAGE,
            "more than one net: %s and %s; give images with --clean and --poisoned",
            arguments->operand, word);
    if (arguments->n_more == ARGUMENTS_OPERANDS_MAX)
        return fail_as(parse->err, ERROR_USAGE, "%s: too many files, at most %d", word,
            ARGUMENTS_OPERANDS_MAX + 1);
    arguments->more[arguments->n_more++] = word;
    return true;
}

/* An option of verbs, without one: the first verb that has it. */
static bool fail_without_verb(const struct parse *parse, const struct flag *flag)
{
    int i = 1;
    while (parse->verbs[i] && !options_suit(flag, parse->verbs[i]))
        i++;
    return fail_as(parse->err, ERROR_USAGE, "--%s needs a verb, for example: secateur %s --%s",
        flag->name, parse->verbs[i] ? parse->verbs[i]->name : "VERB", flag->name);
}

static bool check_verb(const struct parse *parse)
{
    const struct verb *verb = parse->arguments->verb;
    for (int i = 0; options_at(i); i++) {
        if (!parse->met[i] || options_suit(options_at(i), verb))
            continue;
        if (verb->can & HAS_SCREEN)
            return fail_without_verb(parse, options_at(i));
        return fail_as(parse->err, ERROR_USAGE, "%s has no option --%s; see secateur %s --help",
            verb->name, options_at(i)->name, verb->name);
    }
    return true;
}

bool options_have_tests(const struct options *options)
{
    return !options->model || options->test_clean;
}

/* An operand is the net, in whatever verb reads one. */
static bool settle_files(struct arguments *arguments, struct error *err)
{
    struct options *options = &arguments->options;
    if (arguments->operand && !arguments->verb->operand)
        return fail_as(err, ERROR_USAGE, "%s takes no file; see secateur %s --help",
            arguments->verb->name, arguments->verb->name);
    bool names_net = arguments->operand && arguments->verb->operand_is_net;
    if (names_net && options->model)
        return fail_as(err, ERROR_USAGE, "two nets are given, %s and %s; give one", options->model,
            arguments->operand);
    if (names_net)
        options->model = arguments->said[options_index("model")] = arguments->operand;
    for (int i = 0; i < arguments->n_more && arguments->verb->operand_is_net; i++)
        if (!values_repaired(options, arguments->more[i], err))
            return false;
    if (arguments->help || arguments->version || !(arguments->verb->can & OPENS_SESSION))
        return true;
    bool wants_images = !arguments->verb->images_optional || options->poisoned;
    options->net_alone = options->model && !options->clean && !wants_images;
    return arguments->resume || options_check(options, err);
}

/* What is wrong with the name goes first: no images help a file that is not there. */
static bool fail_without_clean(const char *model, struct error *err)
{
    if (access(model, F_OK) != 0)
        return fail_as(err, ERROR_INPUT, "%s: %s", model, strerror(errno));
    return fail_as(
        err, ERROR_USAGE, "%s needs --clean FILE: images to measure clean accuracy", model);
}

bool options_check(const struct options *options, struct error *err)
{
    const char *images = options->clean           ? "--clean"
                         : options->poisoned      ? "--poisoned"
                         : options->test_clean    ? "--test-clean"
                         : options->test_poisoned ? "--test-poisoned"
                                                  : NULL;
    if (!options->model && images)
        return fail_as(err, ERROR_USAGE,
            "%s needs --model FILE: the built-in demo has its own images", images);
    if (options->test_poisoned && !options->test_clean)
        return fail_as(err, ERROR_USAGE, "--test-poisoned needs --test-clean");
    if (options->model && !options->clean && !options->net_alone)
        return fail_without_clean(options->model, err);
    return true;
}

bool options_parse(struct arguments *arguments, const struct verb *const *verbs, int argc,
    char *const *argv, struct error *err)
{
    const struct options options = OPTIONS_DEFAULT;
    struct parse parse = {
        .verbs = verbs, .arguments = arguments, .argc = argc, .argv = argv, .err = err};
    *arguments = (struct arguments){.options = options,
        .format = "text",
        .color = "auto",
        .figure_formats = "pdf,png",
        .plant = badnet_defaults()};
    arguments->n_words = argc;
    arguments->words = argv;
    arguments->rounds = -1;
    arguments->seeds = 3;
    arguments->false_alarms = 5;
    arguments->drop = arguments->asr = -1;
    for (parse.at = 1; parse.at < argc; parse.at++) {
        const char *word = argv[parse.at];
        bool good;
        if (!parse.literal && strcmp(word, "--") == 0)
            good = parse.literal = true;
        else if (!parse.literal && word[0] == '-' && word[1] == '-')
            good = parse_long(&parse, word + 2);
        else if (!parse.literal && word[0] == '-' && word[1])
            good = parse_letter(&parse, word + 1);
        else
            good = parse_operand(&parse, word);
        if (!good)
            return false;
    }
    if (!arguments->verb)
        arguments->verb = verbs[0];
    return check_verb(&parse) && settle_files(arguments, err);
}
