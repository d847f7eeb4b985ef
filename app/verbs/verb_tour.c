/* The guided tour, on the screen or in plain lines. */
#include "app/verbs/verbs.h"

static bool run_verb(const struct arguments *given, struct error *err)
{
    static struct arguments arguments; /* large */
    arguments = *given;
    arguments.tour = arguments.no_journal = true;
    return verb_find(verbs, "")->run(&arguments, err);
}

const struct verb verb_tour = {
    .name = "tour",
    .can = COMPUTES | HAS_SCREEN,
    .help = "play and explain the exercise on the built-in demo",
    .about = "Plays the exercise by itself, step by step: what a backdoor is, pruning it out,\n"
             "looking back, the nets that are kept, GoodNet, the layers, the repair. Space\n"
             "pauses, Enter goes on, Backspace goes back a step, Esc leaves; then the net is\n"
             "yours. If standard output is not a terminal, or with --plain, it prints the\n"
             "steps and their results.",
    .examples =
        {
            {"secateur tour", "about five minutes"},
            {"secateur tour --plain", "the same to read, without a screen"},
        },
    .run = run_verb,
};
