/* Knowledge: its union, and how it is said to people, in names of files and in saved nets. */
#include "engine/api/knowledge.h"

#include "engine/base/text.h"

#include <stdio.h>
#include <string.h>

static const char separator[] = " + ";
static const char *const set_names[KNOWLEDGE_N_SETS] = {"clean", "poisoned", "test", "surrogate"};

/* The next name of a list; returns where the one behind it begins, NULL: there is none. */
static const char *next_name(const char *list, int *length)
{
    const char *end = strstr(list, separator);
    *length = end ? (int)(end - list) : (int)strlen(list);
    return end ? end + strlen(separator) : NULL;
}

static bool has_name(const char *list, const char *name, int length)
{
    for (int n; list && *list;) {
        const char *next = next_name(list, &n);
        if (n == length && strncmp(list, name, (size_t)n) == 0)
            return true;
        list = next;
    }
    return length == 0;
}

static const char more_names[] = "…"; /* for all that have no room */

static bool has_all(const char *list, const char *names)
{
    for (int n; names && *names;) {
        const char *next = next_name(names, &n);
        if (!has_name(list, names, n) && !has_name(list, more_names, (int)strlen(more_names)))
            return false;
        names = next;
    }
    return true;
}

static void add_name(char list[KNOWLEDGE_NAMES], const char *name, int length)
{
    size_t used = strlen(list), spare = strlen(separator) + strlen(more_names);
    if (has_name(list, name, length) || has_name(list, more_names, (int)strlen(more_names)))
        return;
    if (used + strlen(separator) + (size_t)length + spare >= KNOWLEDGE_NAMES) {
        name = more_names;
        length = (int)strlen(more_names);
    }
    snprintf(
        list + used, KNOWLEDGE_NAMES - used, "%s%.*s", used > 0 ? separator : "", length, name);
}

static void add_names(char list[KNOWLEDGE_NAMES], const char *names)
{
    for (int n; names && *names;) {
        const char *next = next_name(names, &n);
        add_name(list, names, n);
        names = next;
    }
}

void knowledge_name(char list[KNOWLEDGE_NAMES], const char *name)
{
    enum { MOST = KNOWLEDGE_NAMES - 16 };
    char clean[MOST + 1];
    text_fit(clean, sizeof clean, name);
    for (char *at = clean; (at = strchr(at, ';'));)
        *at = '?';
    add_names(list, clean);
}

void knowledge_add(struct knowledge *known, const struct knowledge *more)
{
    known->sets |= more->sets;
    known->by_hand = known->by_hand || more->by_hand;
    known->unknown = known->unknown || more->unknown;
    known->counted = known->counted || more->counted;
    add_names(known->criterion, more->criterion);
    add_names(known->order, more->order);
    add_names(known->layer, more->layer);
}

bool knowledge_covers(const struct knowledge *known, const struct knowledge *less)
{
    return (less->sets & ~known->sets) == 0 && known->by_hand >= less->by_hand &&
           known->unknown >= less->unknown && known->counted >= less->counted &&
           has_all(known->criterion, less->criterion) && has_all(known->order, less->order) &&
           has_all(known->layer, less->layer);
}

bool knowledge_same(const struct knowledge *a, const struct knowledge *b)
{
    return knowledge_covers(a, b) && knowledge_covers(b, a);
}

bool knowledge_any(const struct knowledge *known)
{
    return known->sets || known->by_hand || known->unknown || *known->criterion;
}

bool knowledge_oracle(const struct knowledge *known)
{
    return known->sets & KNOWLEDGE_POISONED;
}

/* Adds to a text of a fixed size. */
static void append(char text[KNOWLEDGE_TEXT], const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, KNOWLEDGE_TEXT - used, "%s", more);
}

const char *knowledge_sentence(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    unsigned images = known->sets & ~(unsigned)KNOWLEDGE_TEST;
    bool alone = !known->unknown && !(known->sets & KNOWLEDGE_TEST);
    *text = '\0';
    if (!knowledge_any(known))
        append(text, "nothing was chosen");
    else if (images & KNOWLEDGE_POISONED)
        append(text, "chosen with poisoned images (oracle)");
    else if (images)
        append(text, alone ? "chosen on clean images only" : "chosen on clean images");
    else
        append(text, known->unknown ? "chosen by a file" : "chosen without images");
    if (images & KNOWLEDGE_SURROGATE)
        append(text, ", with an inverted trigger (surrogate)");
    if (known->by_hand)
        append(text, *known->criterion ? ", partly by hand" : ", by hand");
    if (known->unknown)
        append(text, images ? ", and by a file that does not say how" : " that does not say how");
    if (known->sets & KNOWLEDGE_TEST)
        append(text, ", after test images were seen");
    if (known->counted)
        append(text, ", as many channels as a person said");
    return text;
}

const char *knowledge_badge(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    *text = '\0';
    if (!knowledge_any(known))
        return text;
    if (knowledge_oracle(known))
        append(text, known->sets & KNOWLEDGE_SURROGATE ? "oracle, surrogate" : "oracle");
    else if (known->sets & KNOWLEDGE_SURROGATE)
        append(text, "surrogate");
    else if (known->sets & KNOWLEDGE_CLEAN)
        append(text, "clean");
    else if (!known->unknown)
        append(text, "data-free");
    if (known->unknown)
        append(text, *text ? ", origin unknown" : "origin unknown");
    if (known->by_hand)
        append(text, ", by hand");
    if (known->sets & KNOWLEDGE_TEST)
        append(text, ", test seen");
    return text;
}

const char *knowledge_file_part(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    *text = '\0';
    for (const char *list = known->criterion; list && *list;) {
        char name[KNOWLEDGE_NAMES];
        int n;
        const char *next = next_name(list, &n);
        snprintf(name, sizeof name, "%s%.*s", *text ? "+" : "", n, list);
        append(text, strncmp(list, more_names, (size_t)n) == 0 ? "+more" : name);
        list = next;
    }
    const struct {
        bool holds;
        const char *word;
    } words[] = {{knowledge_oracle(known), "oracle"},
        {known->sets & KNOWLEDGE_SURROGATE, "surrogate"}, {known->by_hand, "by-hand"},
        {known->sets & KNOWLEDGE_TEST, "test-seen"}};
    for (int i = 0; i < 4; i++) {
        if (words[i].holds && *text)
            append(text, "_");
        append(text, words[i].holds ? words[i].word : "");
    }
    return text;
}

static void append_sets(unsigned sets, const char *between, char text[KNOWLEDGE_TEXT])
{
    bool first = true;
    for (int i = 0; i < KNOWLEDGE_N_SETS; i++) {
        if (!(sets >> i & 1))
            continue;
        append(text, first ? "" : between);
        append(text, set_names[i]);
        first = false;
    }
    append(text, first ? "none" : "");
}

const char *knowledge_sets(unsigned sets, char text[KNOWLEDGE_TEXT])
{
    *text = '\0';
    append_sets(sets, ", ", text);
    return text;
}

const char *knowledge_sets_word(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    *text = '\0';
    if (known->sets || !known->unknown)
        append_sets(known->sets, "+", text);
    if (known->unknown)
        append(text, *text ? "+unknown" : "unknown");
    return text;
}

const char *knowledge_write(const struct knowledge *known, char text[KNOWLEDGE_TEXT])
{
    snprintf(text, KNOWLEDGE_TEXT, "read=");
    append_sets(known->sets, ",", text);
    append(text, "; chosen=rule");
    append(text, known->by_hand ? ",hand" : "");
    append(text, known->unknown ? ",unknown" : "");
    append(text, known->counted ? ",counted" : "");
    append(text, "; criterion=");
    append(text, known->criterion);
    append(text, "; order=");
    append(text, known->order);
    append(text, "; layer=");
    append(text, known->layer);
    return text;
}

/* The value of a key up to the next ';': false where it is not there or too long. */
static bool field(const char **at, const char *key, char value[KNOWLEDGE_NAMES])
{
    size_t length = strlen(key);
    if (strncmp(*at, key, length) != 0)
        return false;
    *at += length;
    const char *end = strstr(*at, "; ");
    size_t n = end ? (size_t)(end - *at) : strlen(*at);
    if (n >= KNOWLEDGE_NAMES)
        return false;
    char raw[KNOWLEDGE_NAMES];
    snprintf(raw, sizeof raw, "%.*s", (int)n, *at);
    text_fit(value, KNOWLEDGE_NAMES, raw);
    *at += n + (end ? 2 : 0);
    return true;
}

/* The bits that the words of a list stand for; false: there is another word. */
static bool bits(const char *list, const char *const *words, int n_words, unsigned *found)
{
    *found = 0;
    while (*list) {
        int length = (int)strcspn(list, ","), i = 0;
        while (i < n_words &&
               ((int)strlen(words[i]) != length || strncmp(list, words[i], (size_t)length) != 0))
            i++;
        if (i == n_words)
            return false;
        *found |= 1U << i;
        list += length + (list[length] == ',');
    }
    return true;
}

bool knowledge_read(const char *text, struct knowledge *known)
{
    static const char *const sets[] = {"clean", "poisoned", "test", "surrogate", "none"};
    static const char *const ways[] = {"rule", "hand", "unknown", "counted"};
    char value[KNOWLEDGE_NAMES];
    unsigned found, how;
    struct knowledge read = {0};
    *known = (struct knowledge){.unknown = true};
    if (!field(&text, "read=", value) || !bits(value, sets, 5, &found) ||
        !field(&text, "chosen=", value) || !bits(value, ways, 4, &how) ||
        !field(&text, "criterion=", read.criterion) || !field(&text, "order=", read.order) ||
        !field(&text, "layer=", read.layer))
        return false;
    read.sets = found & KNOWLEDGE_SETS;
    read.by_hand = how >> 1 & 1;
    read.unknown = how >> 2 & 1;
    read.counted = how >> 3 & 1;
    *known = read;
    return true;
}
