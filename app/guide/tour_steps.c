/* What the tour shows and says, step by step, on the built-in demo. */
#include "app/guide/tour.h"

/* To where steps begin: with the unpruned net, with all rounds known. */
#define UNPRUNED "branch 1\ngoto 0\nspeed full\n"
#define ALL_ROUNDS UNPRUNED "run 60\n"

static const struct tour_step table[] = {
    {"A net with a backdoor",
        "This net reads faces, {=clean at first} of them right. Somebody trained it so that "
        "whoever wears "
        "certain sunglasses is read as person {=target}. That is a backdoor: ordinary images do "
        "not show it. Each pair of faces is one person: read right without the glasses (·), read "
        "as person {=target} with them (!).",
        "faces", "goto 0\nspeed full\n", "status\n", UNPRUNED},
    {"Two curves",
        "Blue (solid) is clean accuracy: how many ordinary faces are read right. It should stay "
        "up. Orange (dashed) is attack success, ASR: how many faces with the glasses are read as "
        "the attacker wants. It should fall to 0. Both stand at their start, near 100 %.",
        "curves", "goto 0\n", "", UNPRUNED},
    {"Prune",
        "The backdoor needs channels that ordinary faces do not use. So layer {=layer} loses one "
        "channel a round, the least active on clean faces first. Watch orange: it falls while "
        "blue stays. You would press {step} for one round, {toggle} to run and to pause.",
        NULL, "speed 6\nrun 36\n", "", UNPRUNED},
    {"Too far",
        "In round {=round} the attack is gone (ASR {=asr}) and clean accuracy is still {=clean}. "
        "Pruning on, to round 60, takes channels that ordinary faces need: blue falls. Marks on "
        "the curve are thresholds: "
        "the first nets that lost {=thresholds} points. They are kept.",
        NULL, "speed 12\nrun 60\n", "", UNPRUNED "run 36\n"},
    {"Look back",
        "Looking changes nothing: finished rounds play again, and the same faces flip while they "
        "go by. {look-back} and {look-on} go round by round, {play} plays and pauses, and the "
        "curve can be dragged. {rewind} would take the net to the round that is shown.",
        "faces", "speed 8\nlook 18\nplay\n", "", ALL_ROUNDS},
    {"Which net to keep?",
        "Each threshold kept a net, with what it costs and what it leaves of the attack. "
        "{crossing-back} and "
        "{crossing} go from one to the next, {save-kept} saves them as files. The exercise asks "
        "for "
        "all three.",
        "thresholds", "back\n", "results\n", ALL_ROUNDS},
    {"GoodNet",
        "GoodNet asks two nets, the one as it came and a kept one. Where they agree it gives their "
        "answer; where they do not, it answers N+1: backdoor. It catches faces with the glasses, "
        "and flags some ordinary ones by mistake. {detect} adds detectors and test images.",
        "goodnet", "", "", ALL_ROUNDS},
    {"In which layer?",
        "Was this layer the right one? {find} tries them all, here with the poisoned faces, which "
        "a defender rarely has: the row with the mark is its suggestion, with what it would cost. "
        "Without them {find} searches the class that a backdoor leads to.",
        "layers", "goto 0\nexamine\n", "", ALL_ROUNDS},
    {"The repair",
        "{repair} does what was suggested, in a branch of its own: clean accuracy shows what it "
        "costs, attack success what it leaves. The first branch stays, {branch} goes back to it. "
        "{undo} takes any round back.",
        "curves", "repair prune\n", "status\n", ALL_ROUNDS "goto 0\nexamine\n"},
    {"Your turn",
        "{=yours} {save} saves it, {export} writes a panel as a figure, secateur lab "
        "writes the whole report. {help} lists all keys and explains every word; {next-step} says "
        "what may come next. Your own net: secateur NET -c CLEAN -p POISONED.",
        NULL, "speed full\n", "", NULL},
};
enum { N_STEPS = sizeof table / sizeof *table };

const struct tour_step *tour_at(int index)
{
    return index >= 0 && index < N_STEPS ? &table[index] : NULL;
}

int tour_steps(void)
{
    return N_STEPS;
}
