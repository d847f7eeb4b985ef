/* Which files a set of images is: what people name is one file, images and labels in two of them
 * ("IMAGES,LABELS", or found by their names), a folder of batches, a folder of pictures with a
 * folder for each class, or a text list of pictures. Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_SET_FILES_H
#define SECATEUR_ENGINE_IO_FILES_SET_FILES_H

#include "engine/base/error.h"

#include <stdint.h>

enum {
    SET_FILES_MAX = 6,          /* that hold arrays */
    SET_PICTURES_MAX = 5000000, /* and the most pictures */
};

struct set_files {
    int n;
    char **path;    /* [n] */
    int32_t *label; /* [n] of pictures; NULL: the files hold arrays, images before labels */
    char *said;     /* what was found, where it is more than the one file; NULL */
};

/* Nothing of what is in the files is read but a text list. Pictures lie in the folder, whatever
 * links say: others are refused. False with err. */
bool set_files_find(const char *name, struct set_files *set, struct error *err);
void set_files_free(struct set_files *set);
/* The name from the root on, links resolved, of a pair both names; malloc'd. NULL: nothing is
 * there. */
char *set_files_whole_name(const char *name);

/* What labels of such images are called ("x.npy": "y.npy"), whether they are there or not;
 * malloc'd. NULL: no rule fits the name. */
char *set_files_labels_name(const char *images);

/* For this room. Adds a picture, or a file without a class; takes over path. */
void set_files_add(struct set_files *set, char *path, int32_t label);
bool set_files_of_folder(const char *folder, struct set_files *set, struct error *err);
bool set_files_of_list(const char *path, struct set_files *set, struct error *err);
/* That a path leads to nothing outside the folder. */
bool set_files_check_inside(const char *folder, const char *path, struct error *err);
/* Sorted names in a folder, hidden ones left out; false with err. */
bool set_files_names(const char *folder, char ***names, int *n, struct error *err);
void set_files_names_free(char **names, int n);
/* By its ending: PNG or JPEG. False with err: a picture of a kind that is not read. */
bool set_files_is_picture(const char *path, bool *is, struct error *err);

#endif
