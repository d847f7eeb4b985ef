/* Help of the command line, written from the tables of verbs and flags. Thread: the UI's. */
#ifndef SECATEUR_APP_VERBS_USAGE_H
#define SECATEUR_APP_VERBS_USAGE_H

#include "app/options/verb.h"

#include <stdio.h>

/* The application's verb prints the help of the whole program. */
void usage_print(FILE *out, const struct verb *verb);

#endif
