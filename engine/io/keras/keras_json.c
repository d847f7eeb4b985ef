/* Reads JSON. Leans on getrandom: jansson would open /dev/urandom for what its tables begin with.
 */
#include "engine/io/keras/keras_json.h"

#include <sys/random.h>

json_t *keras_json_load(const char *text, size_t length, size_t flags, json_error_t *problem)
{
    size_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed || seed == 0)
        seed = 1; /* early at boot; what a file can win by that is time, which is limited */
    json_object_seed(seed); /* the first one counts */
    return json_loadb(text, length, flags, problem);
}
