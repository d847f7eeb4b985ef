/* Foreign text for terminals, tables, pages and shells. Leans on text.h for what is plain. */
#include "engine/base/escape.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Terminal ------------------------------------------------------------------------------- */

void escape_terminal(FILE *out, const char *text)
{
    char *shown = text_shown(text);
    fputs(shown, out);
    free(shown);
}

void escape_line(FILE *out, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        memory_run_out();
    va_end(arguments);
    escape_terminal(out, text);
    putc('\n', out);
    free(text);
}

/* CSV ------------------------------------------------------------------------------------ */

/* What a spreadsheet takes for the end of a field, in any country. */
static bool ends_field(char c)
{
    return c == '\0' || strchr(",;\t\"", c);
}

/* Is the field that begins here a number, or a sentence that begins with one? */
static bool begins_number(const char *text)
{
    char *end;
    strtod(text, &end);
    if (end == text || (*end != ' ' && !ends_field(*end)))
        return false;
    return *end != ' ' || strcspn(end, "|(!") >= strcspn(end, ",;\t\"");
}

/* Signs of formulas, of full width too. */
static bool is_formula_sign(const char *text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};
    for (int i = 0; i < 4; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return true;
    return *text && strchr("=+-@", *text);
}

/* Does such a sign stand first in a field of the text, behind blanks too? */
static bool begins_formula(const char *text, const char *c, bool first_too)
{
    const char *before = c;
    if (!is_formula_sign(c))
        return false;
    while (before > text && before[-1] == ' ')
        before--;
    return before == text ? first_too : ends_field(before[-1]);
}

static void put_fields(FILE *out, const char *text, bool first_too, bool quoted)
{
    for (const char *c = text; *c; c++) {
        if (begins_formula(text, c, first_too) && !begins_number(c))
            putc('\'', out);
        if (*c == '"' && quoted)
            putc('"', out);
        putc(*c, out);
    }
}

void escape_csv(FILE *out, const char *text)
{
    char *shown = text_shown(text);
    bool quoted = strpbrk(shown, ",;\"") != NULL;
    fputs(quoted ? "\"" : "", out);
    put_fields(out, shown, true, quoted);
    fputs(quoted ? "\"" : "", out);
    free(shown);
}

void escape_csv_note(FILE *out, const char *text)
{
    char *shown = text_shown(text);
    put_fields(out, shown, false, false);
    free(shown);
}

/* Pages ---------------------------------------------------------------------------------- */

/* A sign, and what stands for it. */
struct entity {
    const char *sign, *written;
};

/* Writes text with entities in place of signs; the list ends with a NULL. Frees the text. */
static void replace(FILE *out, char *shown, const struct entity *entities)
{
    const char *text = shown;
    while (*text) {
        const struct entity *entity = entities;
        while (entity->sign && strncmp(text, entity->sign, strlen(entity->sign)) != 0)
            entity++;
        if (entity->sign) {
            fputs(entity->written, out);
            text += strlen(entity->sign);
        } else {
            putc(*text++, out);
        }
    }
    free(shown);
}

void escape_html(FILE *out, const char *text)
{
    static const struct entity entities[] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"},
        {"\"", "&quot;"}, {"'", "&#39;"}, {NULL, NULL}};
    replace(out, text_shown_lines(text), entities);
}

void escape_xml(FILE *out, const char *text)
{
    static const struct entity entities[] = {
        {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {NULL, NULL}};
    replace(out, text_shown_lines(text), entities);
}

void escape_latex(FILE *out, const char *text)
{
    static const struct entity entities[] = {{"\\", "\\textbackslash{}"},
        {"~", "\\textasciitilde{}"}, {"^", "\\textasciicircum{}"}, {"&", "\\&"}, {"%", "\\%"},
        {"$", "\\$"}, {"#", "\\#"}, {"_", "\\_"}, {"{", "\\{"}, {"}", "\\}"}, {"<", "\\textless{}"},
        {">", "\\textgreater{}"}, {"−", "$-$"}, {"′", "$'$"}, {"≤", "$\\le$"}, {"≥", "$\\ge$"},
        {"≠", "$\\ne$"}, {"↑", "$\\uparrow$"}, {"↓", "$\\downarrow$"}, {"→", "$\\to$"},
        {"×", "$\\times$"}, {"±", "$\\pm$"}, {"–", "--"}, {"—", "---"}, {"…", "\\dots{}"},
        {NULL, NULL}};
    replace(out, text_shown(text), entities);
}

/* What begins a heading, list, quote or rule where it stands first. */
static bool begins_block(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    char sign = text[digits], next = sign ? text[digits + 1] : '\0';
    bool ends = next == '\0' || next == ' ';
    if (digits > 0)
        return (sign == '.' || sign == ')') && ends;
    bool rule = (sign == '-' || sign == '=') && next == sign;
    return sign == '#' || sign == '>' || rule || (sign && strchr("-+", sign) && ends);
}

static void put_markdown(FILE *out, const char *text, const char *c)
{
    bool inside = c > text && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
    if (*c == '<')
        fputs("&lt;", out);
    else if (*c == '&')
        fputs("&amp;", out);
    else if (strncmp(c, "://", 3) == 0 || strncasecmp(c, "www.", 4) == 0)
        fprintf(out, "&#%d;", *c); /* else it would be a link */
    else {
        if (strchr("\\`*[]|~$", *c) || (*c == '_' && !inside))
            putc('\\', out);
        putc(*c, out);
    }
}

void escape_markdown(FILE *out, const char *text)
{
    char *shown = text_shown(text), *c = shown;
    while (*c == ' ')
        c++; /* four would make code of it */
    size_t digits = strspn(c, "0123456789");
    if (*c && begins_block(c)) {
        fwrite(c, 1, digits, out);
        c += digits;
        putc('\\', out);
        putc(*c++, out);
    }
    for (; *c; c++)
        put_markdown(out, shown, c);
    free(shown);
}

/* Shell ---------------------------------------------------------------------------------- */

/* With characters that are not plain, or that a spreadsheet would take, as numbers of bytes. */
static void put_numbers(FILE *out, const char *text)
{
    for (const char *c = text; *c;) {
        uint32_t character;
        const char *next = text_next(c, &character);
        bool number = !text_is_plain(character) || begins_formula(text, c, false);
        for (; c < next; c++)
            if (number || *c == '\'' || *c == '\\')
                fprintf(out, "\\%03o", (unsigned char)*c);
            else
                putc(*c, out);
    }
}

static bool needs_numbers(const char *text)
{
    char *shown = text_shown(text);
    bool needs = strcmp(shown, text) != 0;
    for (const char *c = text; *c && !needs; c++)
        needs = begins_formula(text, c, false);
    free(shown);
    return needs;
}

/* Read by any shell as it stands, and by no spreadsheet as a formula. */
static bool is_word(const char *text)
{
    static const char signs[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "-_./:=";
    return *text && *text != '=' && text[strspn(text, signs)] == '\0';
}

void escape_shell(FILE *out, const char *text)
{
    static const struct entity entities[] = {{"'", "'\\''"}, {NULL, NULL}};
    if (is_word(text)) {
        fputs(text, out);
        return;
    }
    bool numbers = needs_numbers(text);
    fputs(numbers ? "$'" : "'", out);
    if (numbers)
        put_numbers(out, text);
    else
        replace(out, memory_string(text), entities);
    putc('\'', out);
}

void escape_shell_path(FILE *out, const char *path)
{
    fputs(*path == '-' ? "./" : "", out);
    escape_shell(out, path);
}

char *escape_text(void (*escape)(FILE *out, const char *text), const char *text)
{
    char *escaped = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&escaped, &size);
    if (!out)
        memory_run_out();
    escape(out, text);
    if (fclose(out) != 0)
        memory_run_out();
    return escaped;
}
