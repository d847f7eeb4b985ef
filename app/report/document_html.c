/* One page that loads nothing from elsewhere: style, script and pictures are inside, and its policy
 * lets nothing else in. */
#include "app/report/document.h"
#include "app/report/document_svg.h"
#include "app/report/page_files.h"
#include "app/report/report_theme.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/io/files/digest.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    escape_html(out, text);
    fprintf(out, "</%s>\n", name);
}

/* A digest may break anywhere, a measure nowhere. */
static const char *class_of(const char *text)
{
    size_t length = strlen(text);
    if (length == 64 && strspn(text, "0123456789abcdef") == 64)
        return " class=\"hash\"";
    return length < 40 ? " class=\"one\"" : " class=\"long\"";
}

/* Is it a share with its interval and count, as number_share() writes it? Where they begin. */
static const char *interval_of(const char *text)
{
    double share, low, high;
    int hits, n, length = 0;
    sscanf(text, "%lf %% (%lf–%lf) %d/%d%n", &share, &low, &high, &hits, &n, &length);
    return length > 0 && !text[length] ? strchr(text, '(') : NULL;
}

static void cell(FILE *out, const char *text)
{
    const char *interval = interval_of(text);
    if (!interval) {
        fprintf(out, "<td%s>", class_of(text));
        escape_html(out, text);
    } else {
        fprintf(out, "<td class=\"one\">%.*s<small>%s</small>", (int)(interval - text - 1), text,
            interval);
    }
    fputs("</td>", out);
}

static void rows(FILE *out, const struct block *block)
{
    fputs("<thead><tr>", out);
    for (int i = 0; i < block->n_columns; i++) {
        fputs("<th scope=\"col\">", out);
        escape_html(out, block->cells[i]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int i = block->n_columns; i < block->n_cells; i++) {
        int column = i % block->n_columns;
        fputs(column == 0 ? "<tr>" : "", out);
        cell(out, block->cells[i]);
        fputs(column == block->n_columns - 1 ? "</tr>\n" : "", out);
    }
    fputs("</tbody>", out);
}

static void table(FILE *out, const struct block *block)
{
    bool numbers = block->kind == BLOCK_NUMBERS;
    fputs("<p class=\"caption\">", out);
    escape_html(out, block->text);
    fprintf(out, "</p>\n<div class=\"wide%s\"><table>\n", numbers ? " numbers" : "");
    rows(out, block);
    fputs("</table></div>\n", out);
}

static void list(FILE *out, const struct block *block)
{
    fputs("<ul>\n", out);
    for (int i = 0; i < block->n_cells; i++)
        element(out, "li", block->cells[i]);
    fputs("</ul>\n", out);
}

static void base64(FILE *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        unsigned b = i + 1 < size ? bytes[i + 1] : 0, c = i + 2 < size ? bytes[i + 2] : 0;
        unsigned three = (unsigned)bytes[i] << 16 | b << 8 | c;
        putc(digits[three >> 18], out);
        putc(digits[three >> 12 & 63], out);
        putc(i + 1 < size ? digits[three >> 6 & 63] : '=', out);
        putc(i + 2 < size ? digits[three & 63] : '=', out);
    }
}

static void drawing(FILE *out, const struct block *block)
{
    fputs("<figure class=\"drawing\">", out);
    document_svg(out, (const char *)block->bytes, block->size);
    element(out, "figcaption", block->text);
    fputs("</figure>\n", out);
}

static bool is_drawing(const struct block *block)
{
    size_t length = block->kind == BLOCK_FIGURE ? strlen(block->name) : 0;
    return length > 4 && strcmp(block->name + length - 4, ".svg") == 0;
}

static void figure(FILE *out, const struct block *block)
{
    if (is_drawing(block)) {
        drawing(out, block);
        return;
    }
    fputs("<figure><img alt=\"", out);
    escape_html(out, block->text);
    fputs("\" src=\"data:image/png;base64,", out);
    base64(out, block->bytes, block->size);
    fputs("\">\n", out);
    element(out, "figcaption", block->text);
    fputs("</figure>\n", out);
}

static void write_block(FILE *out, const struct block *block)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        element(out, "h2", block->text);
        break;
    case BLOCK_PARAGRAPH:
        element(out, "p", block->text);
        break;
    case BLOCK_VERDICT:
        fputs("<p class=\"verdict\">", out);
        escape_html(out, block->text);
        fputs("</p>\n", out);
        break;
    case BLOCK_CODE:
        element(out, "pre", block->text);
        break;
    case BLOCK_TABLE:
    case BLOCK_NUMBERS:
        table(out, block);
        break;
    case BLOCK_LIST:
        list(out, block);
        break;
    case BLOCK_FIGURE:
        figure(out, block);
        break;
    }
}

/* What is told, then what is shown: drawings, and faces in a row. */
static void write_case(FILE *out, const struct document *document)
{
    fputs("<div class=\"case\"><div class=\"told\">\n", out);
    for (int i = 0; i < document->n_case; i++)
        if (document->blocks[i].kind != BLOCK_FIGURE)
            write_block(out, &document->blocks[i]);
    fputs("</div><div class=\"shown\">\n", out);
    for (int i = 0; i < document->n_case; i++)
        if (is_drawing(&document->blocks[i]))
            write_block(out, &document->blocks[i]);
    fputs("<div class=\"faces\">\n", out);
    for (int i = 0; i < document->n_case; i++)
        if (document->blocks[i].kind == BLOCK_FIGURE && !is_drawing(&document->blocks[i]))
            write_block(out, &document->blocks[i]);
    fputs("</div></div></div>\n", out);
}

static void write_contents(FILE *out, const struct document *document)
{
    fputs("<nav aria-label=\"Contents\"><strong>Contents</strong><ol>\n", out);
    for (int i = document->n_case, n = 0; i < document->n; i++) {
        if (document->blocks[i].kind != BLOCK_HEADING)
            continue;
        fprintf(out, "<li><a href=\"#chapter-%d\">", ++n);
        escape_html(out, document->blocks[i].text);
        fputs("</a></li>\n", out);
    }
    fputs("</ol></nav>\n", out);
}

static void write_chapters(FILE *out, const struct document *document)
{
    bool numbered = document->n_case > 0;
    for (int i = document->n_case, n = 0; i < document->n; i++) {
        const struct block *block = &document->blocks[i];
        if (numbered && block->kind == BLOCK_HEADING) {
            fprintf(out, "<h2 id=\"chapter-%d\">", ++n);
            escape_html(out, block->text);
            fputs("</h2>\n", out);
        } else {
            write_block(out, block);
        }
    }
}

/* "sha256-…", by which the policy knows what the page itself brought. */
static void write_hash(FILE *out, const char *text, size_t size)
{
    char digest[DIGEST_TEXT];
    unsigned char bytes[DIGEST_TEXT / 2];
    digest_bytes(text, size, digest);
    for (size_t i = 0; i < sizeof bytes; i++) {
        unsigned byte = 0;
        sscanf(digest + 2 * i, "%2x", &byte);
        bytes[i] = (unsigned char)byte;
    }
    fputs("'sha256-", out);
    base64(out, bytes, sizeof bytes);
    fputs("'", out);
}

static void write_head(FILE *out, const struct document *document)
{
    char *style = NULL;
    size_t size = 0;
    FILE *colours = open_memstream(&style, &size);
    if (!colours)
        memory_run_out();
    putc('\n', colours);
    report_theme_write(colours);
    fputs(page_style, colours);
    if (fclose(colours) != 0)
        memory_run_out();
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "img-src data:; base-uri 'none'; form-action 'none'; style-src ",
        out);
    write_hash(out, style, size);
    fputs("; script-src ", out);
    write_hash(out, page_script, strlen(page_script));
    fputs("\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n",
        out);
    element(out, "title", document->title);
    fprintf(out, "<style>%s</style>\n</head>\n", style);
    free(style);
}

char *document_html(const struct document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    write_head(out, document);
    fputs("<body><main>\n", out);
    element(out, "h1", document->title);
    if (document->n_case > 0) {
        write_case(out, document);
        write_contents(out, document);
    }
    write_chapters(out, document);
    fprintf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", page_script);
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}
