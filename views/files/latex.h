/* Text for LaTeX. Thread: any. */
#ifndef SECATEUR_VIEWS_FILES_LATEX_H
#define SECATEUR_VIEWS_FILES_LATEX_H

/* The same words with what LaTeX would take for orders written out, for any engine; malloc'd. */
char *latex_text(const char *utf8);

#endif
