/* What an attack turns people into, read from text and applied to a class. */
#include "engine/measures/target.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits alone at the start of text, moved past. */
static bool read_class(const char **text, int *class)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return false;
    errno = 0;
    long value = strtol(*text, &end, 10);
    if (errno || value > INT32_MAX)
        return false;
    *text = end;
    *class = (int)value;
    return true;
}

static bool read_pairs(const char *text, struct target *target)
{
    target->kind = TARGET_PAIRS;
    target->n_pairs = 0;
    for (;; text++) {
        int n = target->n_pairs;
        if (n == TARGET_PAIRS_MAX || !read_class(&text, &target->from[n]) || *text++ != ':' ||
            !read_class(&text, &target->to[n]))
            return false;
        for (int i = 0; i < n; i++)
            if (target->from[i] == target->from[n])
                return false;
        target->n_pairs++;
        if (*text != ',')
            return !*text;
    }
}

bool target_parse(const char *text, struct target *target, struct error *err)
{
    struct target read = {0};
    const char *at = text;
    bool sign = *text == '+' || *text == '-';
    at += sign;
    bool good = strchr(text, ':') ? read_pairs(text, &read) : read_class(&at, &read.value) && !*at;
    if (!good)
        return fail_as(err, ERROR_USAGE,
            "'%s' is not a target; use a class like 3, a map like +1, or up to %d pairs like "
            "0:3,4:7, each class once",
            text, TARGET_PAIRS_MAX);
    if (read.kind == TARGET_NONE)
        read.kind = sign ? TARGET_SHIFT : TARGET_CLASS;
    if (*text == '-')
        read.value = -read.value;
    *target = read;
    return true;
}

bool target_check(const struct target *target, int n_classes, struct error *err)
{
    char text[TARGET_TEXT];
    bool good = true;
    if (target->kind == TARGET_CLASS)
        good = target->value < n_classes;
    for (int i = 0; i < target->n_pairs && target->kind == TARGET_PAIRS; i++)
        good = good && target->from[i] < n_classes && target->to[i] < n_classes;
    if (target->kind == TARGET_SHIFT && target->value % n_classes == 0)
        return fail_as(err, ERROR_USAGE, "target %s: with %d classes no class becomes another",
            target_text(target, text), n_classes);
    return good || fail_as(err, ERROR_USAGE, "target %s: the net has %d classes",
                       target_text(target, text), n_classes);
}

int target_goal(const struct target *target, int person, int n_classes)
{
    if (target->kind == TARGET_CLASS)
        return target->value;
    if (target->kind == TARGET_SHIFT && person >= 0) {
        int shift = target->value % n_classes;
        return (person + shift + n_classes) % n_classes;
    }
    for (int i = 0; i < target->n_pairs && target->kind == TARGET_PAIRS; i++)
        if (target->from[i] == person)
            return target->to[i];
    return -1;
}

int target_class(const struct target *target)
{
    int class = target->kind == TARGET_CLASS ? target->value : -1;
    if (target->kind == TARGET_PAIRS)
        class = target->to[0];
    for (int i = 0; i < target->n_pairs && target->kind == TARGET_PAIRS; i++)
        if (target->to[i] != class)
            return -1;
    return class;
}

const char *target_text(const struct target *target, char text[TARGET_TEXT])
{
    int used = 0;
    text[0] = '\0';
    if (target->kind == TARGET_CLASS)
        snprintf(text, TARGET_TEXT, "%d", target->value);
    else if (target->kind == TARGET_SHIFT)
        snprintf(text, TARGET_TEXT, "%+d", target->value);
    for (int i = 0; i < target->n_pairs && target->kind == TARGET_PAIRS; i++) {
        if (used > TARGET_TEXT - 30) {
            snprintf(text + used, (size_t)(TARGET_TEXT - used), "...");
            break;
        }
        used += snprintf(text + used, (size_t)(TARGET_TEXT - used), "%s%d:%d", i > 0 ? "," : "",
            target->from[i], target->to[i]);
    }
    return text;
}
