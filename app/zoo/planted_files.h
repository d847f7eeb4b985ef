/* A planted net as files in a folder: bd_net.h5, valid.h5, test.h5, with an attack bd_valid.h5 and
 * bd_test.h5, and truth.json, which says what was planted and where it sits.
 * Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_APP_ZOO_PLANTED_FILES_H
#define SECATEUR_APP_ZOO_PLANTED_FILES_H

#include "engine/attack/planting/plant.h"

enum { PLANTED_NET = N_PLANT_SETS, PLANTED_TRUTH, N_PLANTED_FILES }; /* behind the sets */

/* "DIR/valid.h5", malloc'd. */
char *planted_files_path(const char *folder, int file);
/* To be asked before long work: may all of them be written? Makes the folder. */
bool planted_files_check(const char *folder, bool force, struct error *err);
bool planted_files_write(
    const struct planted *planted, const char *folder, bool force, struct error *err);
/* The text of truth.json; malloc'd (truth_json.c). */
char *planted_truth_json(const struct planted *planted);

#endif
