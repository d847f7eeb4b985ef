/* The interactive commands: one table that binds keys, runs what is typed behind ':', and writes
 * hints, help and completions. A new command is a line here and its function. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_COMMANDS_H
#define SECATEUR_APP_COMMANDS_COMMANDS_H

#include "app/commands/ui.h"

struct action {
    const char *name;     /* "goto" */
    const char *argument; /* "ROUND"; in brackets when it may be left out; NULL: takes none */
    const char *keys;     /* "Space", "s ."; "" for none */
    const char *group;
    const char *help; /* fits the help of 80 columns: COMMANDS_HELP_COLUMNS */
    void (*run)(struct ui *ui, const char *argument);

    const char *view;  /* its keys work in this panel only; NULL: in every one */
    const char *hint;  /* its word in the hint bar, NULL: not there */
    const char *where; /* the hint is for this panel only, or "zoomed", or "dashboard" */
    const char *key;   /* shown in the hint instead of the first of keys */
    bool counts;       /* digits typed before its key are its argument */
    bool (*when)(const struct ui *ui); /* the hint is for then only; NULL: always */
    bool acts;   /* on the net as it stands, which a round seen earlier is not */
    bool screen; /* has no meaning without one, as nearly all in MOVE and LOOK */
    int rank;    /* of the hint: the lowest ones stay where there is little room */
    /* Offers arguments for completion: calls overlay_add for each. May be NULL. */
    void (*offer)(struct ui *ui, const struct action *action);
};

enum { COMMANDS_HELP_COLUMNS = 38 };

const struct action *commands_at(int index); /* NULL behind the last */
const struct action *commands_find(const char *name);
/* What a key does while a view has the focus; the view's own come first. */
const struct action *commands_key(int key, const char *view);

/* Is there nothing in it for one who has no screen? */
bool commands_need_screen(const struct action *action);

/* Would leaving lose a pruned net that cannot be had by another key press? */
bool commands_unsaved(const struct ui *ui);

/* What a key, a click or a typed line runs. Where another round is seen than the one at which the
 * net stands, a command that acts on the net is not run but says where it would act; asked again
 * it runs. Nobody is warned in scripts. */
void commands_run(struct ui *ui, const struct action *action, const char *argument);
/* Runs a line as typed behind ':'. */
void commands_line(struct ui *ui, const char *line);
/* Renews the candidates for a line that is being typed. */
void commands_offer(struct ui *ui, const char *line);
/* Lines for the help view; malloc'd with the texts of the keys behind them. */
struct help_line *commands_help(const struct keymap *keymap, int *n);

/* run */
void command_run(struct ui *ui, const char *argument);
void command_run_pause(struct ui *ui, const char *argument);
void command_pause(struct ui *ui, const char *argument);
bool command_working(const struct snapshot *snapshot); /* work that a pause ends */
void command_step(struct ui *ui, const char *argument);
void command_undo(struct ui *ui, const char *argument);
void command_redo(struct ui *ui, const char *argument);
void command_until(struct ui *ui, const char *argument);
void command_goto(struct ui *ui, const char *argument);
void command_rewind(struct ui *ui, const char *argument);
void command_reset(struct ui *ui, const char *argument);
void command_prune(struct ui *ui, const char *argument);
void command_what_if(struct ui *ui, const char *argument);
void command_what_if_all(struct ui *ui, const char *argument);
void command_scan(struct ui *ui, const char *argument);
void command_repair(struct ui *ui, const char *argument);
void command_detect(struct ui *ui, const char *argument);
void command_test(struct ui *ui, const char *argument);

/* choose */
void command_layer(struct ui *ui, const char *argument);
void command_layer_here(struct ui *ui, const char *argument);
void command_branch(struct ui *ui, const char *argument);
void command_criterion(struct ui *ui, const char *argument);
void command_order(struct ui *ui, const char *argument);
void command_known(struct ui *ui, const char *argument);
void command_threshold(struct ui *ui, const char *argument);
void offer_layers(struct ui *ui, const struct action *action);
void offer_criteria(struct ui *ui, const struct action *action);
void offer_orders(struct ui *ui, const struct action *action);

/* look */
void command_left(struct ui *ui, const char *argument);
void command_right(struct ui *ui, const char *argument);
void command_up(struct ui *ui, const char *argument);
void command_down(struct ui *ui, const char *argument);
void command_first(struct ui *ui, const char *argument);
void command_last(struct ui *ui, const char *argument);
void command_page_up(struct ui *ui, const char *argument);
void command_page_down(struct ui *ui, const char *argument);
void command_focus_next(struct ui *ui, const char *argument);
void command_focus_previous(struct ui *ui, const char *argument);
void command_view(struct ui *ui, const char *argument);
void command_zoom(struct ui *ui, const char *argument);
void command_inspect(struct ui *ui, const char *argument);
void command_back(struct ui *ui, const char *argument);
void command_crossing_next(struct ui *ui, const char *argument);
void command_crossing_previous(struct ui *ui, const char *argument);
void command_flagged(struct ui *ui, const char *argument);
void command_crossing_here(struct ui *ui, const char *argument);
void command_changed_next(struct ui *ui, const char *argument);
void command_changed_previous(struct ui *ui, const char *argument);
void command_axis(struct ui *ui, const char *argument);
void command_trade(struct ui *ui, const char *argument);
void command_closer(struct ui *ui, const char *argument);
void command_farther(struct ui *ui, const char *argument);
void command_channel_order(struct ui *ui, const char *argument);
void command_face_filter(struct ui *ui, const char *argument);
void command_face_side(struct ui *ui, const char *argument);
void command_face_class(struct ui *ui, const char *argument);
void command_pin(struct ui *ui, const char *argument);
void command_difference(struct ui *ui, const char *argument);
void command_theme(struct ui *ui, const char *argument);
void command_mouse(struct ui *ui, const char *argument);
void command_marker(struct ui *ui, const char *argument);
void command_redraw(struct ui *ui, const char *argument);
void offer_views(struct ui *ui, const struct action *action);
void offer_themes(struct ui *ui, const struct action *action);

/* keep */
void command_save(struct ui *ui, const char *argument);
void command_save_kept(struct ui *ui, const char *argument);
void command_export(struct ui *ui, const char *argument);
void command_export_all(struct ui *ui, const char *argument);
void command_figure_size(struct ui *ui, const char *argument);
void command_figure_format(struct ui *ui, const char *argument);
void command_copy(struct ui *ui, const char *argument);
void command_results(struct ui *ui, const char *argument);
void command_status(struct ui *ui, const char *argument);
void offer_exports(struct ui *ui, const struct action *action);

/* messages */
void command_messages(struct ui *ui, const char *argument);
bool commands_cut_message(const struct ui *ui); /* a row of the log has not all of one */

/* search */
void command_search(struct ui *ui, const char *argument);
/* The next match in the panel that has the focus; false: it has no list, or nothing is sought. */
bool commands_search_again(struct ui *ui, int step);

/* script, settings */
void command_set(struct ui *ui, const char *argument);
void command_bind(struct ui *ui, const char *argument);
void command_unbind(struct ui *ui, const char *argument);
void offer_settings(struct ui *ui, const struct action *action);
void command_source(struct ui *ui, const char *argument);

/* application */
void command_help(struct ui *ui, const char *argument);
void command_prompt(struct ui *ui, const char *argument);
void command_suspend(struct ui *ui, const char *argument);
void command_quit(struct ui *ui, const char *argument);
void command_interrupt(struct ui *ui); /* Ctrl-C: pause and ask; the second time: quit */

#endif
