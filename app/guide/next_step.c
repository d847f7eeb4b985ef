/* States in the order in which they are asked; the last one always holds. */
#include "app/guide/next_step.h"

#include "app/guide/words.h"
#include "engine/measures/tradeoff.h"
#include "views/facts/branches.h"

#include <stdio.h>
#include <string.h>

static bool is_failed(const struct situation *now)
{
    return now->snapshot->phase == PHASE_FAILED;
}

static bool is_opening(const struct situation *now)
{
    return now->snapshot->n_rounds == 0;
}

static bool is_repairing(const struct situation *now)
{
    return now->snapshot->repairing.name;
}

static bool is_running(const struct situation *now)
{
    return now->snapshot->phase == PHASE_RUNNING;
}

static bool is_searching(const struct situation *now)
{
    return now->snapshot->phase == PHASE_SCANNING && now->snapshot->forming;
}

static bool is_comparing(const struct situation *now)
{
    return now->snapshot->comparing;
}

static bool is_scanning(const struct situation *now)
{
    return now->snapshot->phase == PHASE_SCANNING || now->snapshot->phase == PHASE_MEASURING;
}

static bool is_playing(const struct situation *now)
{
    return now->ui->view_state.playing;
}

static bool is_looking_back(const struct situation *now)
{
    return ui_round(now->ui) != now->snapshot->position;
}

static bool has_repaired(const struct situation *now)
{
    return now->path.blind || (now->path.repaired && now->path.next == PATH_JUDGED);
}

static bool has_pruned(const struct situation *now)
{
    return now->path.done[PATH_REPAIRED] && now->path.next == PATH_JUDGED;
}

static bool takes_images(const struct situation *now)
{
    return now->ui->changing.any && ui_working(now->ui);
}

static bool has_crossed(const struct situation *now)
{
    const struct snapshot *s = now->snapshot;
    bool any = false;
    for (int i = 0; i < s->n_thresholds; i++)
        any = any || s->thresholds[i].round >= 0;
    return s->phase == PHASE_DONE && any;
}

static bool is_done(const struct situation *now)
{
    return now->snapshot->phase == PHASE_DONE;
}

static bool is_rewound(const struct situation *now)
{
    return now->snapshot->position == 0 && now->snapshot->n_rounds > 1;
}

static bool has_found(const struct situation *now)
{
    return now->path.next == PATH_REPAIRED && now->path.data >= PATH_SURROGATE;
}

static bool has_suspects(const struct situation *now)
{
    return now->path.next == PATH_REPAIRED;
}

static bool is_costly(const struct situation *now)
{
    return now->path.costly;
}

static bool is_gone(const struct situation *now)
{
    return verdict_repaired(now->path.verdict);
}

static bool was_none(const struct situation *now)
{
    return now->path.verdict == VERDICT_NO_ATTACK;
}

static bool is_weaker(const struct situation *now)
{
    return now->path.verdict == VERDICT_WEAKENED;
}

static bool stands_and_found(const struct situation *now)
{
    return now->path.verdict == VERDICT_STANDS && now->path.next == N_PATH_STEPS;
}

static bool stands(const struct situation *now)
{
    return now->path.done[PATH_JUDGED];
}

static bool has_no_poisoned(const struct situation *now)
{
    return now->path.data < PATH_SURROGATE;
}

static bool always(const struct situation *now)
{
    (void)now;
    return true;
}

static const struct next_step table[] = {
    {"failed", NULL, "",
        "nothing could be opened: {quit} leaves; secateur --help shows how files are named", false,
        false, is_failed},
    {"opening", NULL, "", "the net is being opened and measured; {help} lists all keys meanwhile",
        false, false, is_opening},
    {"taking other images", "pause", "cancel",
        "other images are measured: {pause} cancels, and everything stays as it was", true, false,
        takes_images},
    {"repairing", "pause", "stop",
        "a repair tunes the net: {pause} stops it; finished rounds stay, {undo} takes one back",
        true, false, is_repairing},
    {"running", "pause", "stop", "the run: {toggle} pauses, {slower} and {faster} change its speed",
        true, false, is_running},
    {"inverting", "pause", "stop", "a trigger forms in {view suspects}; {pause} stops the search",
        true, false, is_searching},
    {"comparing", "pause", "stop comparing",
        "criteria are compared: {pause} stops; {view comparison} shows what is done", true, false,
        is_comparing},
    {"searching", "pause", "stop",
        "{pause} stops; what was found stays, in {view layers} and "
        "{view suspects}",
        true, false, is_scanning},
    {"playing", "play", "pause",
        "finished rounds play: {play} pauses, {slower} and {faster} "
        "change the speed, {view faces} shows faces flip",
        true, false, is_playing},
    {"looking back", "rewind", "net to this round",
        "round {=round} is shown: {rewind} takes the net there, {back} shows the net's own round",
        false, false, is_looking_back},
    {"repaired", "find", "search again",
        "repaired: {find} searches what is left, {save} saves the net, {undo} takes a round back",
        false, false, has_repaired},
    {"done", "crossing-back", "kept nets",
        "done: {crossing-back} looks at kept nets, {save-kept} saves them, {view goodnet} is "
        "GoodNet, {find} looks in other layers",
        false, true, has_crossed},
    {"done, nothing kept", "look-back", "earlier rounds",
        "done: {look-back} looks at earlier rounds, {threshold} adds a threshold, {find} looks in "
        "other layers",
        false, true, is_done},
    {"rewound", "play", "play the rounds",
        "the unpruned net: {play} plays the known rounds, {goto} goes to one, {toggle} prunes on",
        false, false, is_rewound},
    {"layer found", "repair", "repair",
        "{repair} does what was suggested, in a branch of its own; {view layers} shows why", false,
        false, has_found},
    {"suspect found", "repair", "repair",
        "{repair} tunes the net until it lets go of the class; {view suspects} shows its trigger",
        false, false, has_suspects},
    {"pruned, not judged", "repair", "repair",
        "pruned; no image shows what is left of the attack: {repair} repairs, {undo} goes back",
        false, false, has_pruned},
    {"attack and clean accuracy fell", "undo", "a round back",
        "attack and clean accuracy both fell: {undo} goes back, {crossing-back} to kept nets",
        false, false, is_costly},
    {"attack gone", "save", "save the net",
        "the attack is gone: {save} saves the net, {detect} adds detectors, {export} writes a "
        "figure",
        false, false, is_gone},
    {"no attack seen", "save", "save the net",
        "these images showed no attack before; {save} saves the net, {undo} goes back", false,
        false, was_none},
    {"attack weaker", "repair", "repair",
        "the attack is weaker, not gone: {toggle} prunes on, {repair} repairs, {undo} goes back",
        false, false, is_weaker},
    {"attack stands", "repair", "repair",
        "the attack is still there: {toggle} prunes on, {repair} repairs, {criterion}: another "
        "criterion",
        false, false, stands_and_found},
    {"attack stands, layers not examined", "find", "examine layers",
        "the attack is still there: {toggle} prunes on, {find} looks in which layer it sits", false,
        false, stands},
    {"clean images alone", "find", "search suspects",
        "{find} searches the class that a backdoor leads to; {toggle} prunes by the order", false,
        false, has_no_poisoned},
    {"unpruned", "find", "examine layers",
        "{toggle} prunes, {step} one channel; {find} looks in which layer it sits; {tour} shows it "
        "all",
        false, false, always},
};
enum { N_STEPS = sizeof table / sizeof *table };

const struct next_step *next_steps_at(int index)
{
    return index >= 0 && index < N_STEPS ? &table[index] : NULL;
}

const struct next_step *next_step_of(const struct ui *ui)
{
    struct situation now = {.ui = ui, .snapshot = ui->snapshot};
    defence_path_of(ui->snapshot, &now.path);
    int i = 0;
    while (!table[i].when(&now))
        i++;
    return &table[i];
}

void next_step_brief(const struct ui *ui, char *text, size_t size)
{
    const struct next_step *step = next_step_of(ui);
    char key[KEYMAP_WORD];
    *text = '\0';
    if (!step->command)
        return;
    guide_key(ui, step->command, key, sizeof key);
    snprintf(text, size, "%s%s: %s", step->works ? "" : "next ", key, step->todo);
}

void next_step_sentence(const struct ui *ui, char *text, size_t size)
{
    char words[GUIDE_WORDS];
    guide_words(ui, next_step_of(ui)->sentence, words);
    snprintf(text, size, "%s", words);
}

void next_step_tell(struct ui *ui)
{
    const struct next_step *step = next_step_of(ui);
    bool began = step != ui->guiding.step;
    char text[UI_NOTICE];
    ui->guiding.step = step;
    if (!began || !step->told || !ui_attended(ui) || ui->touring.on ||
        (ui->notice[0] && ui->notice_bad))
        return;
    next_step_sentence(ui, text, sizeof text);
    ui_say(ui, "%s", text);
}
