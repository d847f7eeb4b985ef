/* The LZF filter of h5py, number 32000: unpacked by liblzf, never written. */
#include "engine/io/hdf5/h5_private.h"

#include <errno.h>
#include <liblzf/lzf.h>

enum { LZF_ID = 32000, CHUNK_MAX_BYTES = 1 << 30, RATIO_MAX = 264 }; /* 3 bytes stand for 264 */

/* values[2] is how many bytes a chunk has, as h5py notes it; believed as a first guess alone. */
static size_t unpack(unsigned flags, size_t n_values, const unsigned values[], size_t n_bytes,
    size_t *ring, void **buffer)
{
    size_t most = n_bytes < CHUNK_MAX_BYTES / RATIO_MAX ? n_bytes * RATIO_MAX : CHUNK_MAX_BYTES;
    size_t size = n_values > 2 && values[2] ? values[2] : *ring;
    if (!(flags & H5Z_FLAG_REVERSE) || n_bytes > UINT32_MAX)
        return 0;
    for (size = size < most ? size : most; size > 0; size = size < most / 2 ? size * 2 : most) {
        void *out = H5allocate_memory(size, false);
        errno = 0;
        size_t n = out ? lzf_decompress(*buffer, (unsigned)n_bytes, out, (unsigned)size) : 0;
        if (n > 0) {
            H5free_memory(*buffer);
            *buffer = out;
            *ring = size;
            return n;
        }
        H5free_memory(out);
        if (!out || errno != E2BIG || size == most)
            return 0;
    }
    return 0;
}

bool h5_lzf_is(H5Z_filter_t filter)
{
    return filter == LZF_ID;
}

void h5_lzf_register(void)
{
    static const H5Z_class2_t filter = {
        .version = H5Z_CLASS_T_VERS,
        .id = LZF_ID,
        .encoder_present = 0,
        .decoder_present = 1,
        .name = "lzf",
        .filter = unpack,
    };
    if (H5Zfilter_avail(LZF_ID) <= 0)
        H5Zregister(&filter);
}
