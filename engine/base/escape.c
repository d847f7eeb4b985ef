/* Foreign text for terminals, tables, pages and shells. Leans on the C library alone. */
#include "engine/base/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Terminal ------------------------------------------------------------------------------- */

void escape_terminal(FILE *out, const char *text)
{
    for (; *text; text++)
        if (is_control(*text))
            fprintf(out, "\\x%02x", (unsigned char)*text);
        else
            putc(*text, out);
}

void escape_terminal_copy(char *out, size_t size, const char *text)
{
    size_t at = 0;
    for (; *text && at + 5 < size; text++)
        if (is_control(*text))
            at += (size_t)snprintf(out + at, size - at, "\\x%02x", (unsigned char)*text);
        else
            out[at++] = *text;
    out[at] = '\0';
}

void escape_controls(char *text, char by)
{
    for (; *text; text++)
        if (is_control(*text))
            *text = by;
}

/* CSV ------------------------------------------------------------------------------------ */

static bool is_number(const char *text)
{
    char *end;
    if (isspace((unsigned char)*text))
        return false;
    strtod(text, &end);
    return end > text && *end == '\0';
}

void escape_csv(FILE *out, const char *text)
{
    bool formula = *text && strchr("=+-@\t\r", *text) && !is_number(text);
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    fputs(quoted ? "\"" : "", out);
    fputs(formula ? "'" : "", out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    fputs(quoted ? "\"" : "", out);
}

/* What a spreadsheet takes for the end of a field, where the semicolon parts fields too. */
static bool ends_field(char c)
{
    return c == '\0' || strchr(",;\t\"", c);
}

/* Is the field that begins here a number? */
static bool begins_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return end > text && (ends_field(*end) || *end == ' ');
}

void escape_csv_note(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        bool begins = c > text && ends_field(c[-1]);
        if (begins && strchr("=+-@\r", *c) && !begins_number(c))
            putc('\'', out);
        putc(*c, out);
    }
}

/* Pages ---------------------------------------------------------------------------------- */

/* A sign, and what stands for it. */
struct entity {
    const char *sign, *written;
};

/* Writes text with entities in place of signs; the list ends with a NULL. */
static void replace(FILE *out, const char *text, const struct entity *entities)
{
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
}

void escape_html(FILE *out, const char *text)
{
    static const struct entity entities[] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"},
        {"\"", "&quot;"}, {"'", "&#39;"}, {NULL, NULL}};
    replace(out, text, entities);
}

void escape_xml(FILE *out, const char *text)
{
    static const struct entity entities[] = {
        {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {NULL, NULL}};
    replace(out, text, entities);
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
    replace(out, text, entities);
}

void escape_markdown(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        bool inside = c > text && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
        if (*c == '<')
            fputs("&lt;", out);
        else if (*c == '&')
            fputs("&amp;", out);
        else {
            if (strchr("\\`*[]|~", *c) || (*c == '_' && !inside) || (*c == '#' && c == text))
                putc('\\', out);
            putc(*c, out);
        }
    }
}

/* Shell ---------------------------------------------------------------------------------- */

void escape_shell(FILE *out, const char *text)
{
    static const struct entity entities[] = {{"'", "'\\''"}, {NULL, NULL}};
    putc('\'', out);
    replace(out, text, entities);
    putc('\'', out);
}

char *escape_text(void (*escape)(FILE *out, const char *text), const char *text)
{
    char *escaped = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&escaped, &size);
    if (!out)
        abort();
    escape(out, text);
    if (fclose(out) != 0)
        abort();
    return escaped;
}
