/* When the welcome is there, and what it says. */
#include "app/guide/welcome.h"

#include "app/guide/words.h"

#include <stdio.h>

/* Nothing was done yet with the net that is there. */
static bool is_fresh(const struct snapshot *s)
{
    return s->phase == PHASE_PAUSED && s->n_rounds == 1 && s->n_branches <= 1 &&
           s->n_images[SET_CLEAN] > 0;
}

void welcome_follow(struct ui *ui, double now)
{
    bool fresh = is_fresh(ui->snapshot) && ui_attended(ui) && !ui->touring.on &&
                 !ui->touring.wanted && ui->welcoming.wanted;
    if (ui->welcoming.state == WELCOME_COMES && fresh) {
        ui->welcoming.state = WELCOME_SHOWS;
        ui->welcoming.until = now + WELCOME_SECONDS;
    } else if (!fresh && ui->snapshot->n_rounds > 0) {
        welcome_end(ui);
    }
}

void welcome_end(struct ui *ui)
{
    ui->welcoming.state = WELCOME_OVER;
}

bool welcome_shows(const struct ui *ui)
{
    return ui->welcoming.state == WELCOME_SHOWS;
}

double welcome_due(const struct ui *ui)
{
    return welcome_shows(ui) ? ui->welcoming.until : 0;
}

bool welcome_tick(struct ui *ui, double now)
{
    if (!welcome_shows(ui) || now < ui->welcoming.until)
        return false;
    welcome_end(ui);
    return true;
}

/* text: where there is room; brief: else. rank: the largest go first where there are few rows. */
struct told {
    enum role role;
    int rank;
    const char *text, *brief;
};

static const struct told with_attack[] = {
    {ROLE_CLEAN, 1, "{=blue} is clean accuracy: keep it up here.", "{=blue}: keep it up"},
    {ROLE_ATTACK, 1, "{=orange} is attack success: bring it to 0.", "{=orange}: bring it to 0"},
    {ROLE_TEXT, 4, "Each round prunes one channel of {=layer}.", "a round: a channel less"},
    {ROLE_TEXT, 6, "", ""},
    {ROLE_KEY, 2, "{toggle} prunes   {step} one round   {help} all keys",
        "{toggle}  {step}  {help}: keys"},
    {ROLE_KEY, 3, "{tour} plays the exercise by itself", "{tour} shows how"},
    {ROLE_TEXT, 0, NULL, NULL},
};

static const struct told clean_alone[] = {
    {ROLE_CLEAN, 1, "{=blue} is clean accuracy: keep it up here.", "{=blue}: keep it up"},
    {ROLE_TEXT, 4, "No poisoned image shows an attack.", "no poisoned images"},
    {ROLE_TEXT, 6, "", ""},
    {ROLE_KEY, 2, "{find} finds   {repair} repairs   {help} all keys",
        "{find}  {repair}  {help}: keys"},
    {ROLE_KEY, 3, "{tour} plays an exercise by itself", "{tour} shows how"},
    {ROLE_TEXT, 0, NULL, NULL},
};

int welcome_lines(const struct ui *ui, struct welcome_line lines[WELCOME_LINES])
{
    const struct told *told = ui->snapshot->of.attack > 0 ? with_attack : clean_alone;
    char words[GUIDE_WORDS];
    int n = 0;
    for (; told[n].text && welcome_shows(ui); n++) {
        lines[n].role = told[n].role;
        lines[n].rank = told[n].rank;
        guide_words(ui, told[n].text, words);
        snprintf(lines[n].text, sizeof lines[n].text, "%.*s", WELCOME_TEXT - 1, words);
        guide_words(ui, told[n].brief, words);
        snprintf(lines[n].brief, sizeof lines[n].brief, "%.*s", WELCOME_TEXT - 1, words);
    }
    return n;
}
