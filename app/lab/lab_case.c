/* The case that opens the report: verdict, headline numbers, what remains unknown. */
#include "app/lab/lab_parts.h"
#include "app/tables/outcomes.h"
#include "engine/measures/number.h"
#include "engine/measures/verdict.h"
#include "engine/measures/worth.h"

#include <stdio.h>
#include <string.h>

/* The net as it came and the one that the case is about, on test images where there are some. */
struct headline {
    const struct lab_net *net; /* NULL: no net was made */
    bool tested;
    struct outcome of, before, after, trivial;
    const struct attacked *attacked;
    int target;
};

/* On test images; false: there are none, or no net. */
static bool on_tests(const struct lab *lab, struct headline *h)
{
    *h = (struct headline){.net = lab_shown_net(lab)};
    const struct detection_net *found = h->net ? h->net->found : NULL;
    h->tested = found && found->defence[DATA_TEST].clean.n > 0;
    if (!h->tested)
        return false;
    const struct defence *test = &found->defence[DATA_TEST];
    h->of = defence_of(test);
    h->before = defence_b(test);
    h->after = defence_repaired(test);
    h->trivial = lab->detected->test_trivial;
    h->attacked = &lab->detected->test_attacked;
    h->target = lab->detected->target;
    return true;
}

static struct headline on_validation(const struct lab *lab)
{
    struct headline h = {.net = lab_shown_net(lab)};
    const struct snapshot *s = h.net ? lab_snapshot(lab, h.net) : lab->sweep;
    h.of = s->of;
    h.before = round_outcome(s->rounds[0]);
    h.after = h.net ? round_outcome(s->rounds[h.net->round]) : h.before;
    h.trivial = s->trivial;
    h.attacked = &s->attacked;
    h.target = s->target;
    return h;
}

static int fewest(const struct headline *h)
{
    return h->of.attack < h->of.clean ? h->of.attack : h->of.clean;
}

/* Test images, which chose nothing, unless they are few and validation images are more. */
static bool tests_tell(const struct headline *tests, const struct headline *validation)
{
    return tests->tested && (verdict_enough(fewest(tests)) || fewest(tests) >= fewest(validation));
}

static enum verdict verdict_for(const struct headline *h)
{
    return verdict_of(number_percent(h->before.attack, h->of.attack),
        number_percent(h->after.attack, h->of.attack), h->of.attack);
}

/* The first sentence: what the net does. */
static void say_attack(const struct headline *h, const struct snapshot *s, char *text, size_t size)
{
    char target[OUTCOMES_TARGET];
    const char *data = h->tested ? "test" : "validation";
    outcomes_target(h->attacked, target);
    double clean = number_percent(h->before.clean, h->of.clean);
    double asr = number_percent(h->before.attack, h->of.attack);
    if (verdict_for(h) == VERDICT_UNKNOWN)
        snprintf(text, size,
            "No poisoned image can be counted: whether %s has a backdoor is not known.",
            s->model_name);
    else if (verdict_for(h) == VERDICT_NO_ATTACK)
        snprintf(text, size,
            "%s shows no attack on these images: %d of %d poisoned %s images (%.2f %%) are read as "
            "the attack wants.",
            s->model_name, h->before.attack, h->of.attack, data, asr);
    else
        snprintf(text, size,
            "%s has a backdoor: with the trigger %d of %d %s images (%.2f %%) are read as %s, "
            "while "
            "%.2f %% of the clean ones are read right.",
            s->model_name, h->before.attack, h->of.attack, data, asr,
            *target ? target : "the attack wants", clean);
}

/* The second: what was done about it. */
static void say_repair(const struct lab *lab, const struct headline *h, char *text, size_t size)
{
    const struct snapshot *s = h->net ? lab_snapshot(lab, h->net) : lab->sweep;
    double lost =
        number_percent(h->before.clean, h->of.clean) - number_percent(h->after.clean, h->of.clean);
    double asr = number_percent(h->after.attack, h->of.attack);
    char points[NUMBER_SIGNED];
    number_signed(points, -lost, 2);
    if (!h->net || verdict_for(h) == VERDICT_UNKNOWN || verdict_for(h) == VERDICT_NO_ATTACK)
        snprintf(text, size, "No repair is judged by it.");
    else if (verdict_for(h) == VERDICT_STANDS)
        snprintf(text, size,
            "Pruning did not repair it: with %d of %d channels of %s gone (%s), %.2f %% still are, "
            "at %s points of clean accuracy.",
            h->net->round, s->n_channels, s->sites[s->site].name, h->net->name, asr, points);
    else
        snprintf(text, size,
            "With %d of %d channels of %s pruned (%s) %s: %d of %d still are (%.2f %%), at %s "
            "points "
            "of clean accuracy.",
            h->net->round, s->n_channels, s->sites[s->site].name, h->net->name,
            verdict_words(verdict_for(h)), h->after.attack, h->of.attack, asr, points);
}

static struct worth worth_of(const struct headline *h)
{
    return (struct worth){h->before, h->after, h->of, h->trivial, h->target};
}

/* What ASR alone would hide, on each set that shows it and once: a repair that does no more than to
 * forget the target class. Sentences. */
static void say_worth(const struct headline *const sets[], int n, char *text, size_t size)
{
    char said[2][WORTH_TEXT] = {"", ""};
    for (int i = 0; i < n; i++) {
        const struct worth worth = worth_of(sets[i]);
        size_t used = strlen(text);
        if (!sets[i]->net || !verdict_repaired(verdict_for(sets[i])))
            continue;
        worth_say_short(&worth, said[i], sizeof said[i]);
        if (*said[i] && strcmp(said[i], said[1 - i]) != 0)
            snprintf(text + used, size - used, " On the %s images this repair %.300s.",
                sets[i]->tested ? "test" : "validation", said[i]);
    }
}

/* What the images of the other set show, where the opening is not about them. */
static void say_few(const struct headline *tests, char *text, size_t size)
{
    snprintf(text, size,
        " The %d clean and %d poisoned test images are too few to tell: the attack succeeds on %d "
        "of them as it came, and on %d after the repair.",
        tests->of.clean, tests->of.attack, tests->before.attack, tests->after.attack);
}

static void share_cell(struct document *document, int count, int n)
{
    char text[NUMBER_SHARE];
    document_cell(document, "%s", number_share(text, count, n));
}

static void numbers(const struct headline *h, struct document *document)
{
    bool trivial = h->target >= 0 && h->trivial.clean >= 0;
    const struct {
        const char *name;
        int before, after, trivial, of;
    } rows[] = {{"clean accuracy", h->before.clean, h->after.clean, h->trivial.clean, h->of.clean},
        {"attack success", h->before.attack, h->after.attack, h->trivial.attack, h->of.attack},
        {"the target's own images", h->before.own, h->after.own, h->trivial.own, h->of.own},
        {"robust accuracy", h->before.robust, h->after.robust, h->trivial.robust, h->of.robust}};
    char columns[160];
    snprintf(columns, sizeof columns, "measure|as it came%s%s", h->net ? "|" : "",
        h->net ? h->net->name : "");
    if (trivial)
        snprintf(columns + strlen(columns), sizeof columns - strlen(columns),
            "|never answer class %d", h->target);
    document_numbers(document,
        h->tested ? "On the test images, which chose nothing (95 % intervals)."
                  : "On the validation images (95 % intervals).",
        columns);
    for (int i = 0; i < 4; i++) {
        if (rows[i].of <= 0)
            continue;
        document_cell(document, "%s", rows[i].name);
        share_cell(document, rows[i].before, rows[i].of);
        if (h->net)
            share_cell(document, rows[i].after, rows[i].of);
        if (trivial)
            share_cell(document, rows[i].trivial, rows[i].of);
    }
}

/* What no set of images shows. */
static void unknown_people(const struct headline *const sets[], int n, struct document *document)
{
    int own = 0, robust = 0;
    for (int i = 0; i < n; i++) {
        own += sets[i]->of.own > 0 ? sets[i]->of.own : 0;
        robust += sets[i]->of.robust > 0 ? sets[i]->of.robust : 0;
    }
    if (sets[0]->target >= 0 && own == 0)
        document_cell(document, "What it does to class %d's own people: no clean image shows them.",
            sets[0]->target);
    if (robust == 0)
        document_cell(document,
            "Whom the repaired net sees in poisoned images: their true classes are not given.");
}

static void unknown(
    const struct lab *lab, const struct headline *const sets[], int n, struct document *document)
{
    const struct headline *h = sets[0];
    const struct number_interval attack = number_interval(h->after.attack, h->of.attack);
    const struct number_interval clean = number_interval(h->after.clean, h->of.clean);
    document_add(document, BLOCK_HEADING, "What remains unknown");
    document_list(document);
    if (h->net && lab_is_repair(lab, h->net))
        document_cell(document,
            "Whether a defender would find it: layer, criterion and number of channels were chosen "
            "with poisoned images.");
    document_cell(document,
        "How exact the numbers are: of %d poisoned and %d clean images; attack success may be up "
        "to "
        "%.2f %%, clean accuracy from %.2f to %.2f %%.",
        h->of.attack, h->of.clean, attack.high, clean.low, clean.high);
    document_cell(document, "Whether there is another trigger, or the backdoor can be learnt "
                            "again: only the trigger in "
                            "these images was tried.");
    if (!h->tested && n > 1)
        document_cell(
            document, "How it does on images that chose nothing: there were too few test images.");
    else if (!h->tested)
        document_cell(
            document, "How it does on images that chose nothing: there were no test images.");
    unknown_people(sets, n, document);
}

bool lab_case(struct lab *lab, struct document *document, struct error *err)
{
    struct headline tests;
    const struct headline validation = on_validation(lab);
    int n = 1 + on_tests(lab, &tests);
    bool tell = tests_tell(&tests, &validation);
    const struct headline *const sets[] = {
        tell ? &tests : &validation, tell ? &validation : &tests};
    char attack[512], repair[512], worth[WORTH_TEXT] = "", few[256] = "";
    say_attack(sets[0], lab->sweep, attack, sizeof attack);
    say_repair(lab, sets[0], repair, sizeof repair);
    say_worth(sets, n, worth, sizeof worth);
    if (n > 1 && !verdict_enough(fewest(&tests)))
        say_few(&tests, few, sizeof few);
    document_add(document, BLOCK_VERDICT, "%s %s%s%s", attack, repair, worth, few);
    for (int i = 0; i < (tell ? 1 : n); i++)
        numbers(sets[i], document);
    unknown(lab, sets, n, document);
    bool good = lab_case_figures(lab, document, err);
    document_end_case(document);
    return good;
}
