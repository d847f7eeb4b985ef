/* Style and script of a report: page.css and page.js as text. Thread: any. */
#ifndef SECATEUR_APP_REPORT_PAGE_FILES_H
#define SECATEUR_APP_REPORT_PAGE_FILES_H

extern const char page_style[], page_script[];

#endif
