/* Choosing files from folders: fuzzy filter, folders to walk into, kind and size of each file; only
 * names are read. Nets that were opened come first. Thread: the UI's. */
#ifndef SECATEUR_APP_PICKER_FILE_PICKER_H
#define SECATEUR_APP_PICKER_FILE_PICKER_H

#include "app/commands/ui.h"

/* A net to open, then its images where they are not known. */
void file_picker_net(struct ui *ui);
/* A file in place of one of the session's, or beside them. */
void file_picker_data(struct ui *ui, enum session_file file);

#endif
