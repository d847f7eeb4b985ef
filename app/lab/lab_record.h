/* DIR/lab.json: what a run worked on and found. Thread: the UI's. */
#ifndef SECATEUR_APP_LAB_LAB_RECORD_H
#define SECATEUR_APP_LAB_LAB_RECORD_H

#include "app/lab/lab.h"

enum lab_state { LAB_NEW, LAB_STARTED, LAB_FINISHED };

/* What DIR/lab.json says of an earlier run: none, or one of the same inputs and settings that
 * was not finished or lacks a file, or one whose files are all there as they were written.
 * Another input, setting or a changed file is refused, unless forced. */
bool lab_record_read(const struct lab *lab, enum lab_state *state, struct error *err);
/* Writes lab.json: inputs and settings, and results and outputs once `finished`. */
bool lab_record_write(const struct lab *lab, bool finished, struct error *err);

#endif
