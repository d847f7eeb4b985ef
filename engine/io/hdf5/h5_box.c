/* Copies boxes. */
#include "engine/io/hdf5/h5_box.h"

#include <stdbool.h>
#include <string.h>

/* In runs that lie together in both. */
void h5_box_copy(int rank, const size_t *n, size_t item, const struct h5_box *in,
    const unsigned char *from, const struct h5_box *out, unsigned char *to)
{
    int outer = rank - 1;
    size_t run = n[rank - 1], at[H5_BOX_RANKS] = {0};
    for (; outer > 0 && n[outer] == in->dim[outer] && n[outer] == out->dim[outer]; outer--)
        run *= n[outer - 1];
    for (bool more = true; more;) {
        size_t i = 0, k = 0;
        for (int d = 0; d < rank; d++) {
            i = i * in->dim[d] + at[d];
            k = k * out->dim[d] + at[d];
        }
        memcpy(to + (out->first + k) * item, from + (in->first + i) * item, run * item);
        more = false;
        for (int d = outer - 1; d >= 0 && !more; d--) {
            more = ++at[d] < n[d];
            at[d] = more ? at[d] : 0;
        }
    }
}
