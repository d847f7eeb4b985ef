/* The table of options, and the parser of the command line that reads it. */
#include "app/options/options.h"

#include "app/options/values.h"
#include "app/results/formats.h"
#include "engine/base/spelling.h"

#include <stdio.h>
#include <string.h>

#define NET OPTIONS_NET
#define PRUNING OPTIONS_PRUNING
#define DEFENCE "defence"
#define PLANTING "planting"
#define OUTPUT "output"
#define FIGURES "figures"
#define SCREEN "screen"
#define FIELD(name) offsetof(struct arguments, name)

static const struct flag table[] = {
    {"model", 'm', "FILE", "net (.h5, .keras, .onnx); without it the built-in demo", NET, READS_NET,
        values_text, FIELD(options.model)},
    {"badnet", 0, "FILE", "same as --model: the backdoored net B", NET, CLASSIFIES, values_text,
        FIELD(options.model)},
    {"clean", 'c', "FILE", "clean validation images; of plant: images to learn from", NET,
        READS_IMAGES | PLANTS, values_text, FIELD(options.clean)},
    {"poisoned", 'p', "FILE", "images with the trigger, to measure attack success (ASR)", NET,
        OPENS_SESSION, values_text, FIELD(options.poisoned)},
    {"surrogate", 0, "[=CLASS]", "instead: clean images with an inverted trigger; no oracle", NET,
        OPENS_SESSION, values_surrogate, FIELD(options.surrogate)},
    {"test-clean", 0, "FILE", "clean test images for the final table; never used to choose", NET,
        OPENS_SESSION, values_text, FIELD(options.test_clean)},
    {"test-poisoned", 0, "FILE", "poisoned test images for the final table", NET, OPENS_SESSION,
        values_text, FIELD(options.test_poisoned)},
    {"architecture", 0, "FILE", "for a weights-only file: a model (.h5) or its JSON", NET,
        READS_IMAGES, values_text, FIELD(options.architecture)},
    {"repaired", 'r', "FILE", "repaired net for GoodNet; repeat it for several nets", NET,
        COMPARES_NETS, values_repaired, FIELD(options)},
    {"data-name", 0, "NAME", "name of the images in the files (data, or found)", NET,
        READS_IMAGES | PLANTS | CONVERTS, values_text, FIELD(options.data_name)},
    {"label-name", 0, "NAME", "name of the labels in the files (label, or found)", NET,
        READS_IMAGES | PLANTS | CONVERTS, values_text, FIELD(options.label_name)},
    {"clean-names", 0, "DATA,LABEL", "both names, only for the clean file", NET, READS_IMAGES,
        values_text, FIELD(options.clean_names)},
    {"poisoned-names", 0, "DATA,LABEL", "both names, only for the poisoned file", NET,
        OPENS_SESSION, values_text, FIELD(options.poisoned_names)},
    {"test-clean-names", 0, "DATA,LABEL", "both names, only for the clean test file", NET,
        OPENS_SESSION, values_text, FIELD(options.test_clean_names)},
    {"test-poisoned-names", 0, "DATA,LABEL", "both names, only for the poisoned test file", NET,
        OPENS_SESSION, values_text, FIELD(options.test_poisoned_names)},
    {"scale", 0, "X", "factor for the pixels: 1, 1/255 or auto (auto)", NET, READS_IMAGES,
        values_scale, FIELD(options.scale)},
    {"offset", 0, "LIST", "added to scaled pixels; one number, or one per channel", NET,
        READS_IMAGES, values_channel_numbers, FIELD(options.offset)},
    {"mean", 0, "LIST", "subtracted from scaled pixels; one number, or one per channel", NET,
        READS_IMAGES, values_channel_numbers, FIELD(options.mean)},
    {"std", 0, "LIST", "divisor after --mean; one number, or one per channel", NET, READS_IMAGES,
        values_channel_deviations, FIELD(options.deviation)},
    {"bgr", 0, NULL, "feed colour channels in reverse order (BGR)", NET, READS_IMAGES, values_true,
        FIELD(options.bgr)},
    {"target", 0, "CLASS", "class the attack wants: 3, or a map: +1 or 0:3,4:7 (found)", NET,
        OPENS_SESSION | PLANTS | CONVERTS, values_target, FIELD(options.target)},
    {"limit", 0, "N", "read only the first N images of each set (all)", NET,
        READS_IMAGES | PLANTS | CONVERTS, values_count, FIELD(options.limit)},

    {"layer", 'l', "NAME", "layer to prune (last convolution before a pooling layer)", PRUNING,
        OPENS_SESSION, values_text, FIELD(options.layer)},
    {"layers", 0, "LIST", "prune these layers in one order: conv_3,conv_4, or all", PRUNING, PRUNES,
        values_text, FIELD(options.layer)},
    {"criterion", 0, "NAME", "how channels are ranked (mean-activation)", PRUNING, OPENS_SESSION,
        values_text, FIELD(options.criterion)},
    {"order", 0, "ORDER", "ascending, descending or a FILE of channel numbers", PRUNING, PRUNES,
        values_text, FIELD(options.order)},
    {"criteria", 0, "LIST", "compare these criteria: clp,l1 (all)", PRUNING, COMPARES_CRITERIA,
        values_text, FIELD(criteria)},
    {"all-layers", 0, NULL, "compare at every layer that can be pruned", PRUNING, COMPARES_CRITERIA,
        values_true, FIELD(all_layers)},
    {"outliers", 0, "U", "deviations beyond which clp, entropy prune (3)", PRUNING,
        COMPARES_CRITERIA, values_percent, FIELD(outliers)},
    {"thresholds", 't', "LIST", "lost points of clean accuracy that give a net (2,4,10)", PRUNING,
        KEEPS_NETS, values_thresholds, FIELD(options)},
    {"channels", 0, "LIST", "prune these channels: 3,7,12 or 0-9,41", PRUNING, PRUNES_TO_GOAL,
        values_channels, FIELD(channels)},
    {"rounds", 0, "N", "prune the first N channels of the order; rounds of a repair", PRUNING,
        PRUNES_TO_GOAL | REPAIRS, values_count, FIELD(rounds)},
    {"drop", 0, "POINTS", "prune until clean accuracy has lost POINTS percentage points", PRUNING,
        PRUNES_TO_GOAL, values_percent, FIELD(drop)},
    {"asr", 0, "PERCENT", "prune until ASR is at most PERCENT", PRUNING, PRUNES_TO_GOAL,
        values_percent, FIELD(asr)},

    {"repair", 0, "NAME", "this repair: unlearn, finetune …; see repair --help (by the evidence)",
        DEFENCE, REPAIRS, values_text, FIELD(repair)},
    {"detector", 0, "NAME", "also flag by this score: logit, margin, strip, distance, ...", DEFENCE,
        CLASSIFIES, values_text, FIELD(detector)},
    {"trigger", 0, "FILE", "a trigger: surrogate of scan --out; convert: picture or rule", DEFENCE,
        CLASSIFIES | CONVERTS, values_text, FIELD(trigger)},
    {"strip", 0, NULL, "always try the detector strip: 32 runs of the net for each image", DEFENCE,
        COMPARES_NETS, values_true, FIELD(options.strip)},
    {"no-defender", 0, NULL, "leave out what clean images alone find and repair", DEFENCE,
        EXERCISES, values_true, FIELD(no_defender)},
    {"false-alarms", 0, "PERCENT", "share of clean images that may be flagged (5)", DEFENCE,
        CLASSIFIES, values_percent, FIELD(false_alarms)},

    {"attack", 0, "NAME", "kind of attack: patch, blend, all-to-all …; see plant --help", PLANTING,
        PLANTS, values_text, FIELD(attack)},
    {"attacks", 0, "LIST", "kinds of attack, with commas between (all)", PLANTING, GROWS_ZOO,
        values_text, FIELD(attacks)},
    {"seeds", 0, "N", "nets of each kind, with seeds 1 to N (3)", PLANTING, GROWS_ZOO, values_count,
        FIELD(seeds)},
    {"net", 0, "NAME", "net to plant in: lab or residual (lab; zoo: both)", PLANTING,
        PLANTS | GROWS_ZOO, values_text, FIELD(practice)},
    {"shape", 0, "HxWxC", "shape of the clean images: 28x28x1 (the file's)", PLANTING,
        PLANTS | CONVERTS, values_text, FIELD(shape)},
    {"classes", 0, "N", "number of people the net recognises", PLANTING, PLANTS | GROWS_ZOO,
        values_count, FIELD(plant.identities)},
    {"images", 0, "N", "training pictures of each person", PLANTING, PLANTS | GROWS_ZOO,
        values_count, FIELD(plant.images)},
    {"poison", 0, "SHARE", "poisoned pictures as a share of the clean ones, 0 to 1", PLANTING,
        PLANTS, values_share, FIELD(plant.poison)},
    {"epochs", 0, "N", "epochs of training on clean pictures", PLANTING, PLANTS | GROWS_ZOO,
        values_count, FIELD(plant.epochs)},
    {"plant-epochs", 0, "N", "epochs while the backdoor is planted", PLANTING, PLANTS, values_count,
        FIELD(plant.plant_epochs)},
    {"carriers", 0, "N", "channels of conv_3 that carry the backdoor", PLANTING, PLANTS,
        values_count, FIELD(plant.channels)},
    {"seed", 0, "N", "random seed; the same seed makes the same net", PLANTING, PLANTS, values_seed,
        FIELD(plant.seed)},

    {"threads", 'j', "N", "worker threads (1 per processor, at most 4 per processor)", OUTPUT,
        COMPUTES, values_count, FIELD(options.threads)},
    {"memory", 0, "SIZE", "memory for what grows with images; the rest in a file (48M)", OUTPUT,
        OPENS_SESSION, values_size, FIELD(options.memory)},
    {"exact", 0, NULL, "compute every layer for every image: slow, for checking", OUTPUT,
        OPENS_SESSION, values_true, FIELD(options.exact)},
    {"out", 'o', "DIR", "folder for the results; for prune, repair, plant also FILE.h5", OUTPUT,
        WRITES, values_text, FIELD(options.out)},
    {"force", 'f', NULL, "overwrite existing files", OUTPUT, WRITES, values_true,
        FIELD(options.force)},
    {"format", 0, "FORMAT", RESULTS_FORMATS_LIST " on standard output (text)", OUTPUT, PRINTS,
        values_format, FIELD(format)},

    {"figure-size", 0, "SIZE", "88mm, 120mm, 180mm, slide or other millimetres (88mm)", FIGURES,
        DRAWS, values_figure_size, FIELD(figure_size)},
    {"figure-format", 0, "LIST", "pdf, svg, png or several of them (pdf,png)", FIGURES, DRAWS,
        values_figure_formats, FIELD(figure_formats)},
    {"figure-style", 0, "LIST", "sans, serif, title, intervals or several of them (sans)", FIGURES,
        DRAWS, values_figure_style, FIELD(figure_style)},

    {"script", 's', "FILE", "run the commands in FILE, one a line; - for standard input", SCREEN,
        HAS_SCREEN, values_text, FIELD(script)},
    {"plain", 0, NULL, "no screen: read commands, print one line for each event", SCREEN,
        HAS_SCREEN, values_true, FIELD(plain)},
    {"resume", 0, "[=FILE]", "continue from the newest journal, or FILE, after a crash", SCREEN,
        HAS_SCREEN, values_optional, FIELD(resume)},
    {"no-journal", 0, NULL, "do not write a journal or a history", SCREEN, HAS_SCREEN, values_true,
        FIELD(no_journal)},
    {"no-config", 0, NULL, "ignore the configuration file", SCREEN, HAS_SCREEN, values_true,
        FIELD(no_config)},
    {"print-config", 0, NULL, "print the whole configuration as a file and exit", SCREEN,
        HAS_SCREEN, values_true, FIELD(print_config)},
    {"color", 0, "WHEN", "auto, truecolor, 256, 16, mono or never (auto)", SCREEN, HAS_SCREEN,
        values_color, FIELD(color)},
    {"graphics", 0, "HOW", "pictures: auto (asks the terminal), kitty, sixel, blocks", SCREEN,
        HAS_SCREEN, values_graphics, FIELD(graphics)},
    {"theme", 0, "NAME", "dark, light, contrast, mono; auto asks the terminal; T changes it",
        SCREEN, HAS_SCREEN, values_theme, FIELD(theme)},
    {"ascii", 0, NULL, "draw with ASCII characters only", SCREEN, HAS_SCREEN, values_true,
        FIELD(ascii)},
    {"no-mouse", 0, NULL, "leave the mouse to the terminal; key % changes it", SCREEN, HAS_SCREEN,
        values_true, FIELD(no_mouse)},

    {"help", 'h', NULL, "show this help, or the help of a verb", "", EVERY_VERB, values_true,
        FIELD(help)},
    {"version", 'V', NULL, "print the version", "", EVERY_VERB, values_true, FIELD(version)},
};
enum { N_FLAGS = sizeof table / sizeof *table };
_Static_assert((int)N_FLAGS <= (int)ARGUMENTS_FLAGS_MAX, "said[] holds them all");

const struct flag *options_at(int index)
{
    return index >= 0 && index < N_FLAGS ? &table[index] : NULL;
}

static bool unknown_flag(const char *name, struct error *err)
{
    const char *words[N_FLAGS];
    for (int i = 0; i < N_FLAGS; i++)
        words[i] = table[i].name;
    const char *near = spelling_nearest(name, words, N_FLAGS);
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
    bool met[N_FLAGS], literal; /* literal: behind "--" */
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
    const struct flag *flag = &table[index];
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
    for (int i = 0; i < N_FLAGS; i++)
        if (strcmp(table[i].name, name) == 0)
            return apply(parse, i, equals ? equals + 1 : NULL, shown);
    return unknown_flag(name, parse->err);
}

static bool parse_letter(struct parse *parse, const char *word)
{
    char shown[3] = {'-', word[0], '\0'};
    for (int i = 0; i < N_FLAGS; i++)
        if (table[i].letter == word[0] && (word[1] == '\0' || table[i].argument))
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
    for (int i = 0; i < N_FLAGS; i++) {
        if (!parse->met[i] || options_suit(&table[i], verb))
            continue;
        if (verb->can & HAS_SCREEN)
            return fail_without_verb(parse, &table[i]);
        return fail_as(parse->err, ERROR_USAGE, "%s has no option --%s; see secateur %s --help",
            verb->name, table[i].name, verb->name);
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
        return fail_as(err, ERROR_USAGE, "%s needs --clean FILE: images to measure clean accuracy",
            options->model);
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
