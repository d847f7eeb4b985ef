/* Style and script of a report inside the program, byte for byte. The build compiles a copy of this
 * file that is made anew whenever one of them changes. PAGE_FOLDER is where they are. */
#include "app/report/page_files.h"

#define FILE_AS(name, path)         \
    ".globl " name "\n"             \
    ".hidden " name "\n" name ":\n" \
    ".incbin \"" path "\"\n"        \
    ".byte 0\n"

__asm__(".pushsection .rodata\n" FILE_AS("page_style", PAGE_FOLDER "/page.css")
        FILE_AS("page_script", PAGE_FOLDER "/page.js") ".popsection\n");
