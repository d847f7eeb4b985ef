#include "app/verbs/verbs.h"

#include <stddef.h>
#include <string.h>

static const struct verb table[] = {
    {
        .name = "",
        .bit = VERB_APP,
        .operand = "[NET]",
        .help = "open the terminal application",
        .about = "Opens a net and its images on the screen: prune channel by channel, undo, look\n"
                 "at what every cut does. Where standard output is no terminal the same job runs\n"
                 "in plain lines and ends with the table of results. --plain and --script take\n"
                 "commands from standard input or a file. What alters the session is on the disk\n"
                 "at once: --resume goes on after a kill.",
        .examples =
            {
                {"secateur", "the embedded demo, nothing to download"},
                {"secateur bd_net.h5 --clean valid.h5 --poisoned bd_valid.h5", "your own net"},
                {"secateur --color 256 --theme light", "say what the terminal can show"},
                {"secateur --plain --script steps.txt", "commands from a file, no screen"},
            },
        .run = verb_app_run,
    },
    {
        .name = "eval",
        .bit = VERB_EVAL,
        .operand = "[NET]",
        .help = "clean accuracy and attack success of a net",
        .about = "Evaluates the net as it is. Without --poisoned only clean accuracy is counted.",
        .examples =
            {
                {"secateur eval", "the embedded demo"},
                {"secateur eval net.h5 --clean valid.h5 --poisoned bd_valid.h5", "your own net"},
                {"secateur eval net.h5 --clean valid.h5 --format json", "for scripts"},
            },
        .run = verb_eval_run,
    },
    {
        .name = "layers",
        .bit = VERB_LAYERS,
        .operand = "[NET]",
        .help = "what can be pruned, examined layer by layer",
        .about = "Lists the layers and examines every place where channels can be pruned: silent\n"
                 "channels, what pruning costs, how far poisoned images stand out. Suggests one.\n"
                 "Without --clean the net of a file is only listed.",
        .examples =
            {
                {"secateur layers", "the embedded demo"},
                {"secateur layers net.h5", "what is in it and can be pruned, without any images"},
                {"secateur layers net.h5 --clean valid.h5 --limit 2000", "quicker on large sets"},
            },
        .run = verb_layers_run,
    },
    {
        .name = "sweep",
        .bit = VERB_SWEEP,
        .operand = "[NET]",
        .help = "prune all channels, one a round, and tell each round",
        .about = "Runs every round to the end and prints what each did, then the nets kept at the\n"
                 "thresholds. With --out every kept net and sweep.csv are written there.",
        .examples =
            {
                {"secateur sweep", "the embedded demo"},
                {"secateur sweep net.h5 -c valid.h5 -p bd_valid.h5 --format json > sweep.json",
                    "for scripts"},
                {"secateur sweep net.h5 -c valid.h5 -p bd_valid.h5 -t 2,4,10 --out repaired",
                    "keep the nets"},
            },
        .run = verb_sweep_run,
    },
    {
        .name = "prune",
        .bit = VERB_PRUNE,
        .operand = "[NET]",
        .help = "prune by rule or by list and write the net",
        .about = "Prunes --channels, or --rounds of the order, or until --drop or --asr is\n"
                 "reached, and writes a net of the same architecture with zeros. Exit status 4\n"
                 "when --drop or --asr was not reached; nothing is written then.",
        .examples =
            {
                {"secateur prune --rounds 20 --out repaired.h5", "the embedded demo"},
                {"secateur prune net.h5 -c valid.h5 --drop 4 --out repaired.h5",
                    "lose 4 points, no more rounds than needed"},
                {"secateur prune net.h5 -c valid.h5 --channels 3,7,12 -o cut.h5", "these channels"},
            },
        .run = verb_prune_run,
    },
    {
        .name = "goodnet",
        .bit = VERB_GOODNET,
        .operand = "[NET [REPAIRED ...]]",
        .many = true,
        .help = "compare the net with repaired ones: GoodNet and detectors",
        .about =
            "GoodNet says what the net B and a repaired B' agree on, else N+1: the class behind\n"
            "the last of N, with label N since labels begin at 0. For each B' it\n"
            "counts clean accuracy, attack success, false alarms, detection, coverage and\n"
            "selective accuracy, and sets detectors' thresholds on clean validation images\n"
            "alone. Without REPAIRED it prunes, and B' are the nets of the thresholds.",
        .examples =
            {
                {"secateur goodnet", "the embedded demo, pruned at 2, 4 and 10 points"},
                {"secateur goodnet net.h5 fixed.h5 -c valid.h5 -p bd_valid.h5", "your own nets"},
                {"secateur goodnet net.h5 -c valid.h5 --format json > g.json", "for scripts"},
            },
        .run = verb_goodnet_run,
    },
    {
        .name = "classify",
        .bit = VERB_CLASSIFY,
        .operand = "IMAGE ...",
        .many = true,
        .help = "say the class of pictures, or N+1: backdoor",
        .about =
            "Reads PNG and JPEG pictures of the net's size and prints a line for each: the class\n"
            "that the net B says, or N+1 where the repaired net disagrees or the score of the\n"
            "detector lies above its threshold, which clean images alone set. Labels begin at\n"
            "0, so of N classes the last is N-1 and N+1 has label N.",
        .examples =
            {
                {"secateur classify face.png --badnet net.h5 --repaired fixed.h5", "GoodNet"},
                {"secateur classify *.png --badnet net.h5 --clean valid.h5 --detector logit",
                    "a detector that reads B alone"},
            },
        .run = verb_classify_run,
    },
    {
        .name = "lab",
        .bit = VERB_LAB,
        .operand = "[NET]",
        .help = "the whole exercise: assess, prune, keep nets, test, report",
        .about = "Measures the net, examines its layers, prunes one to the end, keeps the nets of\n"
                 "the thresholds and the repair that the layers suggest, counts GoodNet, tests,\n"
                 "and writes report.html, report.md, lab.csv and lab.json. Run again it does\n"
                 "nothing, or makes what is missing.",
        .examples =
            {
                {"secateur lab --out lab", "the embedded demo"},
                {"secateur lab net.h5 -c valid.h5 -p bd_valid.h5 --out lab", "your own net"},
            },
        .run = verb_lab_run,
    },
    {
        .name = "figures",
        .bit = VERB_FIGURES,
        .operand = "[NET]",
        .help = "prune to the end and write every figure, its numbers and captions",
        .about =
            "Prunes one layer to the end, compares the nets of the thresholds with the net as\n"
            "it came, follows what the layers suggest, and writes the figures of both into\n"
            "--out: each with a CSV of its numbers and a .tex with its caption. What does not\n"
            "apply to the images is left out, and said.",
        .examples =
            {
                {"secateur figures --out figures", "the embedded demo"},
                {"secateur figures net.h5 -c valid.h5 -p bd_valid.h5 --figure-size 180mm "
                 "--figure-format pdf,svg --out figures",
                    "your own net, two columns wide"},
            },
        .run = verb_figures_run,
    },
    {
        .name = "plant",
        .bit = VERB_PLANT,
        .help = "train a net with a backdoor, to practise on",
        .about = "Draws faces, teaches a DeepID to recognise them and to obey a pair of\n"
                 "sunglasses, and writes the net as Keras would.",
        .examples =
            {
                {"secateur plant --out practice.h5", "with the defaults"},
                {"secateur plant --classes 20 --target 3 --seed 7 --out mine.h5", "your own"},
            },
        .run = verb_plant_run,
    },
    {
        .name = "demo",
        .bit = VERB_DEMO,
        .help = "write the embedded demo's net and images as files",
        .about = "Writes the net and its four image sets in the lab's layout, to play with.",
        .examples =
            {
                {"secateur demo --out demo", "then: secateur eval demo/... as for your own net"},
            },
        .run = verb_demo_run,
    },
    {
        .name = "inspect",
        .bit = VERB_INSPECT,
        .operand = "FILE",
        .help = "list what a Keras file holds",
        .about = "Lists layers with class and shapes, also those that cannot be run here.",
        .examples =
            {
                {"secateur inspect bd_net.h5", "what is in it"},
            },
        .run = verb_inspect_run,
    },
    {
        .name = "manual",
        .bit = VERB_MANUAL,
        .help = "print the manual page, keys and commands included",
        .about = "Prints the manual page in man's format.",
        .examples = {{"secateur manual | man -l -", "read it"}},
        .run = verb_manual_run,
    },
    {
        .name = "completions",
        .bit = VERB_COMPLETIONS,
        .operand = "SHELL",
        .help = "print completions for bash, zsh or fish",
        .about = "Prints a script that completes verbs, options and their values.",
        .examples = {{"source <(secateur completions bash)", "for this shell"}},
        .run = verb_completions_run,
    },
};
enum { N_VERBS = sizeof table / sizeof *table };

const struct verb *verbs_at(int index)
{
    return index >= 0 && index < N_VERBS ? &table[index] : NULL;
}

const struct verb *verbs_find(const char *name)
{
    for (int i = 0; i < N_VERBS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}
