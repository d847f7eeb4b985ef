/* Title bar and round row: pieces with a rank, dropped from the highest where room is short. */
#include "views/panels/status.h"

#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/cells/panel.h"
#include "views/panels/path_line.h"

#include <stdio.h>
#include <string.h>

enum { PIECES = 16, TEXT = 512 };

/* A text of a row; the ones with the highest rank are left out first. */
struct piece {
    char text[TEXT];
    enum role role;
    int rank;
};

struct pieces {
    struct piece piece[PIECES];
    int n;
};

static void add(struct pieces *pieces, int rank, enum role role, const char *text)
{
    if (pieces->n < PIECES && *text) {
        struct piece *piece = &pieces->piece[pieces->n++];
        snprintf(piece->text, sizeof piece->text, "%.*s", TEXT - 1, text);
        piece->role = role;
        piece->rank = rank;
    }
}

/* Cuts the middle out of names that would take the room of all others. */
static void shorten(const struct pane *pane, struct pieces *pieces, int columns)
{
    for (int i = 0; i < pieces->n; i++) {
        struct piece *piece = &pieces->piece[i];
        int most = piece->rank == 1 ? columns / 2 : columns / 3;
        char text[TEXT];
        pane_elide(pane, piece->text, most < 8 ? 8 : most, text, sizeof text);
        if (piece->rank <= 2)
            memcpy(piece->text, text, sizeof text);
    }
}

/* Drops pieces until they fit with `gap` cells behind each; returns the cells they take. */
static int fit(const struct pane *pane, struct pieces *pieces, int columns, int gap)
{
    for (;;) {
        int width = 0, worst = 0;
        for (int i = 0; i < pieces->n; i++) {
            width += pane_width(pane, pieces->piece[i].text) + gap;
            worst = pieces->piece[i].rank >= pieces->piece[worst].rank ? i : worst;
        }
        if (width <= columns || pieces->n == 0)
            return width;
        memmove(&pieces->piece[worst], &pieces->piece[worst + 1],
            (size_t)(pieces->n - worst - 1) * sizeof *pieces->piece);
        pieces->n--;
    }
}

static bool looking_back(const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    return s->n_rounds > 0 && view_shown_round(input) != s->position;
}

static const char *phase_word(const struct snapshot *s, enum role *role)
{
    static const struct {
        const char *word;
        enum role role;
    } words[] = {
        [PHASE_LOADING] = {"… LOADING", ROLE_RUN},
        [PHASE_MEASURING] = {"… MEASURING", ROLE_RUN},
        [PHASE_PAUSED] = {"❚❚ PAUSED", ROLE_PAUSE},
        [PHASE_RUNNING] = {"► RUN", ROLE_RUN},
        [PHASE_SCANNING] = {"► SCAN", ROLE_RUN},
        [PHASE_DONE] = {"■ DONE", ROLE_DONE},
        [PHASE_FAILED] = {"✗ FAILED", ROLE_VIEWING},
    };
    *role = words[s->phase].role;
    return words[s->phase].word;
}

void status_state(const struct view_input *input, char *text, int size)
{
    enum role role;
    const char *word = strchr(phase_word(input->snapshot, &role), ' ') + 1;
    if (looking_back(input))
        snprintf(text, (size_t)size, "VIEWING %d of %d, %s", view_shown_round(input),
            input->snapshot->position, word);
    else
        snprintf(text, (size_t)size, "%s", word);
}

void status_title(const struct view_input *input, char *text, int size)
{
    const struct snapshot *s = input->snapshot;
    char state[64];
    status_state(input, state, sizeof state);
    const char *model = s->model_name ? s->model_name : "";
    int rounds = branches_length(s, s->branch), round = view_shown_round(input);
    if (s->n_rounds == 0)
        snprintf(text, (size_t)size, "secateur %s %s", model, state);
    else if (s->n_images[SET_POISONED] == 0)
        snprintf(text, (size_t)size, "secateur %s %d/%d clean %.2f %% %s", model, round, rounds,
            snapshot_clean_accuracy(s, round), state);
    else
        snprintf(text, (size_t)size, "secateur %s %d/%d clean %.2f %% %s %.2f %% %s", model, round,
            rounds, snapshot_clean_accuracy(s, round), attack_rate_short(&s->attacked),
            snapshot_asr(s, round), state);
}

static void add_layer(struct pieces *pieces, const struct snapshot *s, bool wide)
{
    char text[TEXT];
    const struct branch_line *repair = branches_repair(s);
    if (repair) {
        int used = snprintf(text, sizeof text, "repair %s", repair->repair.name);
        if (repair->repair.target >= 0)
            snprintf(text + used, sizeof text - (size_t)used, " → %d", repair->repair.target);
        add(pieces, 2, ROLE_BAR, text);
        return;
    }
    if (s->site < 0 || s->site >= s->n_sites)
        return;
    const struct site_line *site = &s->sites[s->site];
    if (wide)
        snprintf(text, sizeof text, "layer %s (%d channels, %s at %s)", site->name,
            site->n_channels, site->shape, site->measured);
    else
        snprintf(text, sizeof text, "%s %dch", site->name, site->n_channels);
    add(pieces, 2, ROLE_BAR, text);
    snprintf(text, sizeof text, "on top of %d", snapshot_base(s));
    if (snapshot_base(s) > 0)
        add(pieces, 4, ROLE_BAR, text);
}

/* What more than clean images chose, of the net as it stands; before the first round, and where it
 * is more, of what goes next. */
static void add_known(const struct snapshot *s, char *text, size_t size)
{
    bool chosen = knowledge_any(&s->known);
    const struct knowledge *known = chosen ? &s->known : &s->next;
    const char *oracle = knowledge_oracle(known)         ? ", ORACLE"
                         : knowledge_oracle(&s->next)    ? ", next ORACLE"
                         : s->attacked.surrogate         ? ", SURROGATE"
                         : known->sets || known->unknown ? ""
                                                         : ", data-free";
    snprintf(text, size, "%s%s%s%s", oracle, known->unknown ? ", ORIGIN UNKNOWN" : "",
        known->by_hand ? ", BY HAND" : "", known->sets & KNOWLEDGE_TEST ? ", TEST SEEN" : "");
}

static void add_criterion(struct pieces *pieces, const struct snapshot *s, bool wide)
{
    char text[TEXT], known[64];
    if (!s->criterion)
        return;
    add_known(s, known, sizeof known);
    if (branches_repair(s)) {
        add(pieces, 3, ROLE_BAR, *known ? known + 2 : "");
        return;
    }
    snprintf(text, sizeof text, "%s%s %s%s", wide ? "criterion " : "", s->criterion,
        s->order_file   ? "from file"
        : s->descending ? "↓"
                        : "↑",
        known);
    add(pieces, 3, ROLE_BAR, text);
}

static void add_sets(struct pieces *pieces, const struct snapshot *s)
{
    char text[TEXT];
    if (s->n_images[SET_CLEAN] == 0)
        return;
    snprintf(text, sizeof text, "%d clean + %d poisoned", s->n_images[SET_CLEAN],
        s->n_images[SET_POISONED]);
    add(pieces, 5, ROLE_BAR, text);
}

static int draw_pill(const struct pane *pane, const struct view_input *input, int end)
{
    const struct snapshot *s = input->snapshot;
    enum role role;
    const char *word = phase_word(s, &role);
    if (pane->columns < cells_width(word) + 2)
        word = strchr(word, ' ') + 1;
    end = pane_right(pane, end, 0, role, " %s ", word);
    if (s->doubt && pane->columns >= 44)
        end = pane_right(pane, end, 0, ROLE_VIEWING, " %s ", s->doubt);
    if (looking_back(input) && pane->columns >= 44)
        end = pane_right(pane, end, 0, ROLE_VIEWING, " %s %d of %d ",
            input->view_state->playing ? "► PLAYING" : "◄ VIEWING", view_shown_round(input),
            s->position);
    return end;
}

static void add_all(struct pieces *pieces, const struct snapshot *s, bool wide)
{
    pieces->n = 0;
    add(pieces, 6, ROLE_BAR, "secateur");
    add(pieces, 1, ROLE_BAR, s->model_name ? s->model_name : "");
    add_layer(pieces, s, wide);
    add_criterion(pieces, s, wide);
    add_sets(pieces, s);
}

static void draw_bar(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    struct pieces pieces;
    char eta[32];
    for (int column = 0; column < pane->columns; column++)
        pane_put(pane, column, 0, theme_cell(pane->theme, ROLE_BAR));
    int end = draw_pill(pane, input, pane->columns);
    panel_time(
        eta, sizeof eta, s->phase == PHASE_RUNNING || s->phase == PHASE_SCANNING ? s->eta : -1);
    if (eta[0] && end > 20)
        end = pane_right(pane, end - 1, 0, ROLE_BAR, "ETA %s", eta);
    add_all(&pieces, s, true);
    int n = pieces.n;
    fit(pane, &pieces, end - 1, 3);
    if (pieces.n < n) { /* rather all of it in few words than some of it in many */
        add_all(&pieces, s, false);
        shorten(pane, &pieces, end - 1);
        fit(pane, &pieces, end - 1, 3);
    }
    for (int i = 0, at = 1; i < pieces.n; i++) {
        at = pane_text(pane, at, 0, ROLE_BAR, pieces.piece[i].text);
        if (i + 1 < pieces.n)
            at = pane_text(pane, at, 0, ROLE_BAR, " │ ");
    }
}

static int draw_meter(const struct pane *pane, int at, int row, int columns, double share)
{
    if (columns < 6)
        return at;
    pane_text(pane, at, row, ROLE_FRAME, "▕");
    for (int i = 1; i < columns - 1; i++)
        pane_text(pane, at + i, row, ROLE_GRID, pane->view_state->ascii ? "." : " ");
    pane_bar(pane, at + 1, row, columns - 2, ROLE_CLEAN, share);
    pane_text(pane, at + columns - 1, row, ROLE_FRAME, "▏");
    return at + columns + 1;
}

static void draw_pieces(const struct pane *pane, const struct pieces *pieces, int at, int row)
{
    for (int i = 0; i < pieces->n; i++)
        at = pane_text(pane, at, row, pieces->piece[i].role, pieces->piece[i].text) + 2;
}

/* What is going on before the first round, and during scans. */
static void draw_activity(const struct pane *pane, const struct snapshot *s, int row)
{
    struct pieces pieces = {.n = 0};
    char text[TEXT];
    const char *doing = s->activity;
    if (s->phase == PHASE_FAILED && s->n_messages > 0)
        doing = s->messages[s->n_messages - 1].text;
    snprintf(text, sizeof text, "%.150s", *doing ? doing : "starting");
    bool known = s->total > 0 && s->phase != PHASE_FAILED;
    int room = pane->columns - cells_width(text) - 10, at = 1;
    add(&pieces, 1, s->phase == PHASE_FAILED ? ROLE_BAD : ROLE_TEXT, text);
    if (known && room >= 10) {
        at = draw_meter(pane, at, row, room < 40 ? room : 40, (double)s->done / s->total);
        at = pane_printf(pane, at, row, ROLE_STRONG, "%3.0f %%", 100.0 * s->done / s->total) + 1;
    }
    draw_pieces(pane, &pieces, at, row);
}

enum { BRIEF = 50, NAMELESS = 34 }; /* columns; in fewer the numbers come first */

static void add_value(
    struct pieces *pieces, const struct view_input *input, enum image_set set, int columns)
{
    const struct snapshot *s = input->snapshot;
    const char *const names[] = {"clean ", s->attacked.surrogate ? "sASR " : "ASR "};
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    int round = view_shown_round(input);
    double now = set == SET_CLEAN ? snapshot_clean_accuracy(s, round) : snapshot_asr(s, round);
    char text[TEXT];
    snprintf(text, sizeof text, columns < BRIEF ? "%s%.2f" : "%s%6.2f %%",
        columns < NAMELESS ? "" : names[set], now);
    add(pieces, set, roles[set], text);
    if (round > 0 && columns >= BRIEF) {
        double before =
            set == SET_CLEAN ? snapshot_clean_accuracy(s, round - 1) : snapshot_asr(s, round - 1);
        number_signed(text, now - before, 2);
        add(pieces, 3 + (int)set, text[0] == '\xc2' ? ROLE_FAINT : ROLE_STRONG, text);
    }
}

static void add_flips(struct pieces *pieces, const struct round *round, bool poisoned)
{
    char text[TEXT];
    snprintf(text, sizeof text, "✗ %d", round->broken);
    add(pieces, 5, round->broken ? ROLE_BAD : ROLE_FAINT, text);
    snprintf(text, sizeof text, "%s %d", panel_rescued_mark(round), round->rescued);
    if (poisoned)
        add(pieces, 6, panel_rescued_role(round), text);
}

/* What is done beside rounds of pruning, in the room that both rates leave. */
static void add_activity(
    const struct pane *pane, struct pieces *pieces, const struct snapshot *s, int room)
{
    bool reads = s->phase == PHASE_LOADING || s->phase == PHASE_MEASURING;
    char text[TEXT], fitting[TEXT];
    int used = 0;
    if (!reads && s->phase != PHASE_SCANNING && !s->repairing.name)
        return;
    if (reads && s->total > 0)
        used = snprintf(text, sizeof text, "%.0f %% ", 100.0 * s->done / s->total);
    snprintf(text + used, sizeof text - (size_t)used, "%s", s->activity);
    add(pieces, 2, ROLE_TEXT, pane_elide(pane, text, room < 12 ? 12 : room, fitting, TEXT));
}

static void draw_round(const struct pane *pane, const struct view_input *input, int row)
{
    const struct snapshot *s = input->snapshot;
    struct pieces pieces = {.n = 0};
    int round = view_shown_round(input), rounds = branches_length(s, s->branch);
    bool poisoned = s->of.attack > 0;
    char text[TEXT];
    int at = pane_printf(pane, 1, row, ROLE_STRONG, "%s%d/%d",
                 pane->columns >= BRIEF ? "round " : "", round, rounds) +
             1;
    add_value(&pieces, input, SET_CLEAN, pane->columns);
    if (poisoned)
        add_value(&pieces, input, SET_POISONED, pane->columns);
    if (round > 0)
        add_flips(&pieces, s->rounds[round], poisoned);
    if (round > 0 && s->rounds[round]->seconds > 0) {
        double seconds = s->rounds[round]->seconds;
        snprintf(text, sizeof text, seconds < 0.1 ? "%.0f ms/round" : "%.2f s/round",
            seconds < 0.1 ? 1000 * seconds : seconds);
        add(&pieces, 8, ROLE_FAINT, text);
    }
    int least = pane->columns >= 60 ? 9 : 0;
    add_activity(pane, &pieces, s, pane->columns - at - least - (poisoned ? 32 : 18));
    int width = fit(pane, &pieces, pane->columns - at - least, 2);
    int meter = pane->columns - at - width - 1, longest = pane->columns / 4 + 12;
    at = draw_meter(
        pane, at, row, meter > longest ? longest : meter, rounds > 0 ? (double)round / rounds : 0);
    draw_pieces(pane, &pieces, at, row);
}

static void draw_tiny(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    char state[64];
    status_state(input, state, sizeof state);
    if (s->n_rounds == 0) {
        pane_text(pane, 0, 0, ROLE_STRONG, state);
        return;
    }
    int round = view_shown_round(input);
    int at = pane_printf(pane, 0, 0, ROLE_STRONG, "%d/%d ", round, branches_length(s, s->branch));
    at = pane_printf(pane, at, 0, ROLE_CLEAN, "%.2f ", snapshot_clean_accuracy(s, round));
    if (s->of.attack > 0)
        at = pane_printf(pane, at, 0, ROLE_ATTACK, "%.2f ", snapshot_asr(s, round));
    pane_text(pane, at, 0, ROLE_STRONG, state);
}

void status_draw(const struct view_input *input, struct cells *cells, struct area area)
{
    struct pane pane = pane_of(input, cells, area);
    if (pane.rows < 2) {
        draw_tiny(&pane, input);
        return;
    }
    draw_bar(&pane, input);
    if (input->snapshot->n_rounds == 0)
        draw_activity(&pane, input->snapshot, 1);
    else
        draw_round(&pane, input, 1);
    if (pane.rows > 2)
        path_line_draw(&pane, input->snapshot, input->next, 2);
}
