/* Small matters of files that verbs write. Thread: any. */
#ifndef SECATEUR_APP_OPTIONS_FILES_H
#define SECATEUR_APP_OPTIONS_FILES_H

#include "engine/base/error.h"

/* To be asked before long work: the file is not there, or force says it may be replaced. */
bool files_may_write(const char *path, bool force, struct error *err);
/* Does --out name one net (FILE.h5) and not a folder? */
bool files_is_net(const char *path);
/* "folder/bd_net_conv_3_round45.h5", malloc'd: a telling name for a net. by: the layer that was
 * pruned, or the repair that tuned it. */
char *files_net_name(const char *folder, const char *model, const char *by, int round);

#endif
