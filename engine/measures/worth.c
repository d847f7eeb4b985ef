/* The rules and the words of worth.h. */
#include "engine/measures/worth.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool worth_has_own(const struct worth *worth)
{
    return worth->target >= 0 && worth->of.own > 0 && worth->before.own >= 0 &&
           worth->after.own >= 0;
}

bool worth_erases_own(const struct worth *worth)
{
    return worth_has_own(worth) && worth->before.own > 0 && worth->after.own == 0;
}

bool worth_has_robust(const struct worth *worth)
{
    return worth->of.robust > 0 && worth->before.robust >= 0 && worth->after.robust >= 0;
}

bool worth_has_trivial(const struct worth *worth)
{
    return worth->target >= 0 && worth->trivial.clean >= 0;
}

static bool attack_left(const struct worth *worth)
{
    return outcome_percent(worth->after.attack, worth->of.attack) > 5;
}

/* In what the repair is no better, of what there are images for. */
static int short_of(const struct worth *worth)
{
    int flags = outcome_short_of(&worth->after, &worth->trivial);
    if (!worth_has_own(worth))
        flags &= ~SHORT_OWN;
    if (!worth_has_robust(worth))
        flags &= ~SHORT_ROBUST;
    return flags;
}

bool worth_beats_trivial(const struct worth *worth)
{
    return worth_has_trivial(worth) && !attack_left(worth) && short_of(worth) == 0;
}

__attribute__((format(printf, 4, 5))) static void add(
    char *text, size_t size, const char *between, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    if (used > 0 && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s", between);
    if (used < size)
        vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static void say_own(const struct worth *worth, char *text, size_t size)
{
    const struct outcome *before = &worth->before, *after = &worth->after;
    if (worth->target >= 0 && worth->of.own == 0)
        add(text, size, "; ", "cannot show what class %d loses (no clean image of it)",
            worth->target);
    if (!worth_has_own(worth))
        return;
    if (worth_erases_own(worth))
        add(text, size, "; ",
            "loses all of class %d's own images (%d of %d correct before, 0 after)", worth->target,
            before->own, worth->of.own);
    else
        add(text, size, "; ", "gets %d of class %d's own %d images right (%d before)", after->own,
            worth->target, worth->of.own, before->own);
}

/* Where every image was read as the target, those that were right truly are of that class. */
static bool right_by_target(const struct worth *worth)
{
    return worth->target >= 0 && worth->before.robust > 0 && worth->of.attack == worth->of.robust &&
           worth->before.attack == worth->of.attack;
}

static void say_robust(const struct worth *worth, char *text, size_t size)
{
    char truly[48] = "";
    if (!worth_has_robust(worth))
        return;
    if (right_by_target(worth))
        snprintf(truly, sizeof truly, ", which truly are class %d", worth->target);
    add(text, size, "; ", "gets the true class of %d of %d poisoned images (%d before%s)",
        worth->after.robust, worth->of.robust, worth->before.robust, truly);
}

/* In what it is no better, as a list. */
static void say_short(const struct worth *worth, char *text, size_t size)
{
    int flags = short_of(worth);
    if (attack_left(worth))
        add(text, size, ", ", "more of the attack is left");
    if (flags & SHORT_CLEAN)
        add(text, size, ", ", "fewer clean images are right");
    if (flags & SHORT_OWN)
        add(text, size, ", ", "no more of class %d's own images are right", worth->target);
    if (flags & SHORT_ROBUST)
        add(text, size, ", ", "fewer poisoned images get their true class");
}

static void say_trivial(const struct worth *worth, char *text, size_t size)
{
    char row[128] = "", list[224] = "";
    const struct outcome *trivial = &worth->trivial;
    if (!worth_has_trivial(worth))
        return;
    add(row, sizeof row, ", ", "clean accuracy %.1f %%",
        outcome_percent(trivial->clean, worth->of.clean));
    if (trivial->attack >= 0 && worth->of.attack > 0)
        add(row, sizeof row, ", ", "ASR %.1f %%",
            outcome_percent(trivial->attack, worth->of.attack));
    if (worth_has_robust(worth) && trivial->robust >= 0)
        add(row, sizeof row, ", ", "true class of %d poisoned images", trivial->robust);
    say_short(worth, list, sizeof list);
    if (worth_beats_trivial(worth))
        add(text, size, "; ", "is better than never answering class %d (%s)", worth->target, row);
    else
        add(text, size, "; ", "is not better than never answering class %d (%s): %s", worth->target,
            row, list);
}

void worth_say_short(const struct worth *worth, char *text, size_t size)
{
    *text = '\0';
    if (worth_erases_own(worth))
        add(text, size, " and ", "loses all of class %d's own images", worth->target);
    if (worth_has_trivial(worth) && !worth_beats_trivial(worth))
        add(text, size, " and ", "is not better than never answering class %d", worth->target);
}

void worth_say(const struct worth *worth, char *text, size_t size)
{
    *text = '\0';
    say_own(worth, text, size);
    say_robust(worth, text, size);
    say_trivial(worth, text, size);
}
