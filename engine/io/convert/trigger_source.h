/* Where a trigger comes from that is laid on clean images: a picture with transparency, a rule
 * (trigger_rule.h), or the inverted trigger of a surrogate's file, as scan --out writes it.
 * Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_CONVERT_TRIGGER_SOURCE_H
#define SECATEUR_ENGINE_IO_CONVERT_TRIGGER_SOURCE_H

#include "engine/io/images/surrogate.h"

struct trigger_source {
    float *mask, *pattern; /* as struct surrogate_trigger has them, for the clean set */
    float black, white;    /* of a picture or a rule: what these are in the images … */
    bool guessed;  /* … which may differ from channel to channel, as in normalised images */
    bool inverted; /* what it is laid on is a surrogate … */
    struct surrogate surrogate; /* … whose class and clean set these are */
};

/* text: FILE.png, FILE.png@X,Y (one that is smaller than the images), a rule, FILE.h5. In images of
 * floats white is their largest value and black their smallest, 0..1 where they lie there. Owner:
 * the caller, trigger_source_free. False with err. */
bool trigger_source_read(const char *text, const struct dataset *clean,
    struct trigger_source *source, struct error *err);
void trigger_source_free(struct trigger_source *source);

#endif
