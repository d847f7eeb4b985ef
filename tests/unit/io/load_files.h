/* Small files for the tests of the load room: a folder of their own, nets in few words. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_FILES_H
#define SECATEUR_TESTS_UNIT_LOAD_FILES_H

#include "engine/base/memory.h"
#include "engine/base/atomic_write.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/nets/model.h"

#include "tests/test.h"

#include <dirent.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new folder, where the test program stays: files are named without their folder. */
int files_begin(void **state);
int files_count(void);
void files_clear(void);
int files_each(void **state);
int files_end(void **state);
void *files_read(const char *path, size_t *size);
void files_write(const char *path, const void *bytes, size_t size);
bool files_same(const char *a, const char *b);

/* The disk is full behind `bytes` bytes of any file; 0: never. */
void files_full_disk(rlim_t bytes);

/* A tiny net as Keras 2 spells it: 6x6 grey, two filters, three classes. */
#define CONV_SETTINGS                                                                        \
    "\"trainable\": true, \"dtype\": \"float32\", \"filters\": 2, \"kernel_size\": [3, 3], " \
    "\"strides\": [1, 1], \"padding\": \"valid\", \"data_format\": \"channels_last\", "      \
    "\"dilation_rate\": [1, 1], \"activation\": \"relu\", \"use_bias\": true, "              \
    "\"kernel_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}"
#define TINY_INPUT                                                                             \
    "{\"class_name\": \"InputLayer\", \"name\": \"input\", \"config\": {\"name\": \"input\", " \
    "\"batch_input_shape\": [null, 6, 6, 1]}, \"inbound_nodes\": []}"
#define TINY_LAYER(class, name, settings, inputs)                                            \
    "{\"class_name\": \"" class "\", \"name\": \"" name "\", \"config\": {\"name\": \"" name \
                                "\"" settings "}, \"inbound_nodes\": [" inputs "]}"
#define TINY_CONV TINY_LAYER("Conv2D", "conv", ", " CONV_SETTINGS, "[[\"input\", 0, 0, {}]]")
#define TINY_FLATTEN TINY_LAYER("Flatten", "flatten", "", "[[\"conv\", 0, 0, {}]]")
#define TINY_DENSE(input)                                                        \
    TINY_LAYER("Dense", "output", ", \"units\": 3, \"activation\": \"softmax\"", \
        "[[\"" input "\", 0, 0, {}]]")
#define TINY_ENDS "\"input_layers\": [[\"input\", 0, 0]], \"output_layers\": [[\"output\", 0, 0]]"
#define FUNCTIONAL(layers, ends)                                                          \
    "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [" layers \
    "], " ends "}}"
#define TINY \
    FUNCTIONAL(TINY_INPUT ", " TINY_CONV ", " TINY_FLATTEN ", " TINY_DENSE("flatten"), TINY_ENDS)

struct network *tiny_network(const char *json);
void tiny_write(const char *path);
bool weights_equal(const struct network *a, const struct network *b);

/* The whole message of a net that must be refused. */
void assert_refused(const char *path, const char *architecture, const char *message);

/* Adds filters in the order in which they are applied: g gzip, s shuffle, f fletcher32. */
void set_filters(hid_t list, const char *filters);

#endif
