/* No attack: a net to count false alarms on. */
#include "engine/attack/attacks/attack.h"

const struct attack attack_clean = {
    .name = "clean",
    .help = "no backdoor, to count false alarms on",
    .source = "none",
};
