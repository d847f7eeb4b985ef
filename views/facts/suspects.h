/* Classes that a backdoor may lead to, as views and figures show them. Thread: any. */
#ifndef SECATEUR_VIEWS_FACTS_SUSPECTS_H
#define SECATEUR_VIEWS_FACTS_SUSPECTS_H

#include "engine/api/suspects.h"
#include "views/cells/view.h"

enum suspect_state {
    SUSPECT_ACCUSED,  /* it stands out, and so does its trigger where one was inverted */
    SUSPECT_STANDS,   /* looked at to the end, not cleared */
    SUSPECT_COMPARED, /* not suspected: its trigger is there to compare with */
    SUSPECT_DROPPED   /* dropped out early */
};

/* How many there are to list: those looked at to the end, then those to compare with. */
int suspects_listed(const struct suspects *suspects);
/* The one at a place of that list. */
const struct suspect *suspects_at(const struct suspects *suspects, int place);
enum suspect_state suspects_state(const struct suspect *suspect);
/* "!", "×", and the role of its line. */
const char *suspects_mark(enum suspect_state state, enum role *role);
/* The place under the cursor. */
int suspects_cursor(const struct snapshot *snapshot, const struct view_state *view_state);
/* The trigger that forms now, else that of the class under the cursor, of an all-to-all attack on
 * the first line the one of all; NULL: none was inverted. */
const struct inverted_trigger *suspects_trigger(
    const struct snapshot *snapshot, const struct view_state *view_state);
/* In few words, in at least 40 bytes: "class 0", "classes 0, 4, 7 and 2 more", "all-to-all",
 * "nothing", "doubt". */
const char *suspects_found(const struct suspects *suspects, char *text, size_t size);
/* The verdict with its reason; while the search goes on, what the first class has come to. */
void suspects_conclude(const struct suspects *suspects, char *text, size_t size);
/* " Triggers were inverted for 8 of 1283 classes; others were not tried."; "": none or all were. */
void suspects_untried(const struct suspects *suspects, char *text, size_t size);

#endif
