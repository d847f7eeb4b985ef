#include "views/files/latex.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *latex_text(const char *utf8)
{
    static const char *const words[][2] = {{"\\", "\\textbackslash{}"}, {"~", "\\textasciitilde{}"},
        {"^", "\\textasciicircum{}"}, {"&", "\\&"}, {"%", "\\%"}, {"$", "\\$"}, {"#", "\\#"},
        {"_", "\\_"}, {"{", "\\{"}, {"}", "\\}"}, {"<", "\\textless{}"}, {">", "\\textgreater{}"},
        {"−", "$-$"}, {"′", "$'$"}, {"≤", "$\\le$"}, {"≥", "$\\ge$"}, {"≠", "$\\ne$"},
        {"↑", "$\\uparrow$"}, {"↓", "$\\downarrow$"}, {"→", "$\\to$"}, {"×", "$\\times$"},
        {"±", "$\\pm$"}, {"–", "--"}, {"—", "---"}, {"…", "\\dots{}"}};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    while (*utf8) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof words / sizeof *words && length == 0; i++)
            if (strncmp(utf8, words[i][0], strlen(words[i][0])) == 0) {
                fputs(words[i][1], out);
                length = strlen(words[i][0]);
            }
        if (length == 0)
            putc(*utf8, out);
        utf8 += length ? length : 1;
    }
    if (fclose(out) != 0)
        abort();
    return text;
}
