/* The list of suspects: which are looked at, what is said of them. */
#include "views/facts/suspects.h"

#include <stdio.h>
#include <string.h>

static int whole(const struct suspects *suspects)
{
    int n = 0;
    while (suspects && n < suspects->n && suspects->suspect[n].whole)
        n++;
    return n;
}

int suspects_listed(const struct suspects *suspects)
{
    int n = whole(suspects), listed = n;
    for (int i = n; suspects && i < suspects->n; i++)
        listed += suspects->suspect[i].trigger != NULL;
    return listed;
}

const struct suspect *suspects_at(const struct suspects *suspects, int place)
{
    int n = whole(suspects), i = place < n ? place : n;
    for (int left = place - n; i < suspects->n && place >= n; i++)
        if (suspects->suspect[i].trigger && left-- == 0)
            break;
    return &suspects->suspect[i];
}

enum suspect_state suspects_state(const struct suspect *suspect)
{
    if (suspect->stands)
        return SUSPECT_ACCUSED;
    return suspect->stands > 0 ? SUSPECT_ACCUSED
           : suspect->whole    ? SUSPECT_STANDS
           : suspect->trigger  ? SUSPECT_COMPARED
                               : SUSPECT_DROPPED;
}

const char *suspects_mark(enum suspect_state state, enum role *role)
{
    static const struct {
        const char *mark;
        enum role role;
    } marks[] = {[SUSPECT_ACCUSED] = {"!", ROLE_BAD},
        [SUSPECT_STANDS] = {"·", ROLE_TEXT},
        [SUSPECT_COMPARED] = {"=", ROLE_FAINT},
        [SUSPECT_DROPPED] = {"×", ROLE_FAINT}};
    *role = marks[state].role;
    return marks[state].mark;
}

int suspects_cursor(const struct snapshot *s, const struct view_state *view_state)
{
    int n = suspects_listed(s->suspects), at = view_state->suspect;
    at = at < n ? at : n - 1;
    return at > 0 ? at : 0;
}

const struct inverted_trigger *suspects_trigger(
    const struct snapshot *s, const struct view_state *view_state)
{
    if (s->forming)
        return s->forming;
    int n = suspects_listed(s->suspects);
    if (n > 0 && view_state->suspect == 0 && s->suspects->verdict == SUSPECTS_TO_ALL &&
        s->suspects->map_trigger)
        return s->suspects->map_trigger;
    return n > 0 ? suspects_at(s->suspects, suspects_cursor(s, view_state))->trigger : NULL;
}

/* Before the search is done: what the first class has come to. */
static void conclude_first(const struct suspects *suspects, char *text, size_t size)
{
    const struct suspect *first = suspects->suspect;
    int used = snprintf(
        text, size, "class %d has the largest margin (outlier %.1f)", first->class, first->outlier);
    if (first->mask >= 0)
        used += snprintf(text + used, size - (size_t)used,
            "; a trigger of %.1f pixels turns %.0f %% of the images", first->mask,
            100 * first->hits);
    if (first->mask >= 0 && suspects->other_mask >= 0)
        used += snprintf(text + used, size - (size_t)used, ", other classes need %.1f (median)",
            suspects->other_mask);
    snprintf(text + used, size - (size_t)used, ". Clean nets have a first class too.");
}

void suspects_conclude(const struct suspects *suspects, char *text, size_t size)
{
    if (suspects->verdict == SUSPECTS_NOT_JUDGED || !suspects->why[0])
        conclude_first(suspects, text, size);
    else
        snprintf(text, size, "%s", suspects->why);
    size_t used = strlen(text);
    suspects_untried(suspects, text + used, size - used);
}

void suspects_untried(const struct suspects *suspects, char *text, size_t size)
{
    bool some = suspects->n_inverted > 0 && suspects->n_inverted < suspects->n &&
                suspects->verdict != SUSPECTS_NOT_JUDGED;
    snprintf(text, size, "%s", "");
    if (some)
        snprintf(text, size, " Triggers were inverted for %d of %d classes; others were not tried.",
            suspects->n_inverted, suspects->n);
}

enum { SAID_CLASSES = 3 };

/* "class 0", "classes 0, 4, 7 and 2 more": those that stand out, the clearest first. */
static void say_classes(const struct suspects *suspects, char *text, size_t size)
{
    int standing = 0, said = 0;
    for (int i = 0; i < suspects->n; i++)
        standing += suspects->suspect[i].stands > 0;
    int used = snprintf(text, size, standing > 1 ? "classes" : "class");
    for (int place = 1; place <= standing && said < SAID_CLASSES; place++)
        for (int i = 0; i < suspects->n; i++)
            if (suspects->suspect[i].stands == place)
                used += snprintf(text + used, size - (size_t)used, "%s %d", said++ ? "," : "",
                    suspects->suspect[i].class);
    if (standing > said)
        snprintf(text + used, size - (size_t)used, " and %d more", standing - said);
    if (standing == 0)
        snprintf(text + used, size - (size_t)used, " %d", suspects->suspect[0].class);
}

const char *suspects_found(const struct suspects *suspects, char *text, size_t size)
{
    if (suspects->verdict == SUSPECTS_NOTHING)
        snprintf(text, size, "nothing");
    else if (suspects->verdict == SUSPECTS_UNCLEAR)
        snprintf(text, size, "doubt");
    else if (suspects->verdict == SUSPECTS_TO_ALL)
        snprintf(text, size, "all-to-all");
    else
        say_classes(suspects, text, size);
    return text;
}
