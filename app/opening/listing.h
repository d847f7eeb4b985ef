/* What lies in a folder, by names and sizes alone: no file is opened. Names are strangers' text.
 * Owner: the caller (listing_finish). Thread: the UI's. */
#ifndef SECATEUR_APP_OPENING_LISTING_H
#define SECATEUR_APP_OPENING_LISTING_H

#include "engine/base/error.h"

enum { LISTING_MOST = 2000 }; /* names; more are left out, and it says so */

enum listing_kind { LISTED_FOLDER, LISTED_NET, LISTED_IMAGES, LISTED_HDF5, LISTED_OTHER };

struct listed {
    char *name;
    enum listing_kind kind; /* as far as the name tells */
    long long size;         /* bytes; of a folder -1 */
};

struct listing {
    char *folder; /* absolute */
    int n, n_left_out;
    struct listed *file; /* [n] folders first, then what may be nets or images, each by name */
};

/* Fails (ERROR_INPUT) where it is no folder, or cannot be read. Names that begin with a dot, and
 * what is neither file nor folder, are left out. */
bool listing_read(struct listing *listing, const char *folder, struct error *err);
void listing_finish(struct listing *listing);
/* What a file is by its name alone: an .h5 file is a net or images, one that gzip packed is images.
 * Never LISTED_FOLDER. */
enum listing_kind listing_kind_of(const char *name);

/* "12.3 MB"; returns text. */
const char *listing_size(long long bytes, char text[16]);
/* Do the letters of the pattern come in this order, whatever lies between? Higher is nearer:
 * letters that follow each other, and beginnings of words, count more. -1: they do not. */
int listing_match(const char *pattern, const char *name);

#endif
