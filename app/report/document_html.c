/* One page that loads nothing from elsewhere: styles and pictures are inside. */
#include "app/report/document.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#5b6470;--line:#d6dae0;"
    "--band:#f5f6f8}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--paper:#15181c;--soft:#9aa4b0;"
    "--line:#343a42;--band:#1c2026}}\n"
    "@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#444;--line:#bbb;"
    "--band:#fff}main{max-width:none;padding:0}figure,tr{break-inside:avoid}"
    "h2{break-after:avoid}.wide{overflow:visible}table{font-size:9px}}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:16px/1.55 system-ui,'Segoe UI',Helvetica,Arial,sans-serif}\n"
    "main{max-width:56rem;margin:0 auto;padding:2rem 1.2rem 4rem}\n"
    "h1{font-size:1.7rem;line-height:1.2;overflow-wrap:anywhere}\n"
    "h2{font-size:1.15rem;margin:2.6rem 0 .6rem;border-bottom:1px solid var(--line);"
    "padding-bottom:.3rem}\n"
    "p{max-width:44rem;overflow-wrap:anywhere}\n"
    ".wide{overflow-x:auto;margin:1rem 0}\n"
    "table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;"
    "min-width:100%}\n"
    ".caption{color:var(--soft);font-size:.86rem;margin:1rem 0 0}.caption+.wide{margin-top:.3rem}"
    "td.long{min-width:13rem}\n"
    "th,td{text-align:left;padding:.34rem .8rem .34rem 0;border-bottom:1px solid var(--line);"
    "vertical-align:top}\n"
    "th{font-weight:600}.hash{font:.72rem ui-monospace,monospace;word-break:break-all;"
    "min-width:15rem}\n"
    ".one{white-space:nowrap}td{min-width:3rem}@media print{.one{white-space:normal}}\n"
    "tbody tr:nth-child(even){background:var(--band)}\n"
    "figure{display:inline-block;margin:.8rem 1rem .8rem 0;max-width:100%}figure "
    "img{max-width:min(100%,38rem);height:auto;background:#fff;"
    "image-rendering:auto;border-radius:4px}\n"
    "figure.drawing{display:block;max-width:38rem}"
    ".drawing svg{display:block;width:100%;height:auto;border-radius:4px}\n"
    "figcaption{color:var(--soft);font-size:.86rem}\n"
    "pre{background:var(--band);border:1px solid var(--line);border-radius:6px;padding:.8rem;"
    "overflow-x:auto;font:.82rem/1.5 ui-monospace,monospace;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n";

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

static void table(FILE *out, const struct block *block)
{
    fputs("<p class=\"caption\">", out);
    escape_html(out, block->text);
    fputs("</p>\n<div class=\"wide\"><table>\n", out);
    fputs("<thead><tr>", out);
    for (int i = 0; i < block->n_columns; i++) {
        fputs("<th scope=\"col\" class=\"one\">", out);
        escape_html(out, block->cells[i]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int i = block->n_columns; i < block->n_cells; i++) {
        int column = i % block->n_columns;
        fputs(column == 0 ? "<tr>" : "", out);
        fprintf(out, "<td%s>", class_of(block->cells[i]));
        escape_html(out, block->cells[i]);
        fputs(column == block->n_columns - 1 ? "</td></tr>\n" : "</td>", out);
    }
    fputs("</tbody></table></div>\n", out);
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

/* Inside the page it needs no declaration, and the style gives its width. */
static void drawing(FILE *out, const struct block *block)
{
    const char *end = (const char *)block->bytes + block->size;
    const char *begins = memmem(block->bytes, block->size, "<svg", 4);
    const char *width = begins ? memmem(begins, (size_t)(end - begins), " width=", 7) : NULL;
    const char *box = width ? memmem(width, (size_t)(end - width), " viewBox=", 9) : NULL;
    if (!box)
        return;
    fputs("<figure class=\"drawing\">", out);
    fwrite(begins, 1, (size_t)(width - begins), out);
    fputs(" role=\"img\"", out);
    fwrite(box, 1, (size_t)(end - box), out);
    element(out, "figcaption", block->text);
    fputs("</figure>\n", out);
}

static void figure(FILE *out, const struct block *block)
{
    size_t length = strlen(block->name);
    if (length > 4 && strcmp(block->name + length - 4, ".svg") == 0) {
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
    case BLOCK_CODE:
        element(out, "pre", block->text);
        break;
    case BLOCK_TABLE:
        table(out, block);
        break;
    case BLOCK_FIGURE:
        figure(out, block);
        break;
    }
}

char *document_html(const struct document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n",
        out);
    element(out, "title", document->title);
    fprintf(out, "<style>\n%s</style>\n</head>\n<body><main>\n", style);
    element(out, "h1", document->title);
    for (int i = 0; i < document->n; i++)
        write_block(out, &document->blocks[i]);
    fputs("</main></body>\n</html>\n", out);
    if (fclose(out) != 0)
        memory_run_out();
    return text;
}
