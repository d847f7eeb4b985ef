/* Which Keras opens a file that is saved from this one: as that has it. Private to the room and
 * io/nets. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_OPENS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_OPENS_H

#include "engine/io/keras/keras_net.h"

/* "Keras 2.4 to 2.15 and Keras 3; not Keras 2.3 or older (class Functional)"; malloc'd, NULL: the
 * layers are not known. */
char *keras_opens_in(const struct keras_net *net);

#endif
