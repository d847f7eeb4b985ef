/* Keras nets that are made here: their layers as JSON, and files of them. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_NEW_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_NEW_H

/* The lab's DeepID (55x47x3, conv_1 … output) for n classes as model_config JSON; malloc'd. */
char *keras_deepid_json(int n_classes);

#endif
