/* Three bytes into four letters. */
#include "app/graphics/base64.h"

#include "engine/base/memory.h"

static void encode(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned group = (unsigned)bytes[0] << 16;
    group |= n > 1 ? (unsigned)bytes[1] << 8 : 0;
    group |= n > 2 ? bytes[2] : 0;
    out[0] = digits[group >> 18 & 63];
    out[1] = digits[group >> 12 & 63];
    out[2] = n > 1 ? digits[group >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[group & 63] : '=';
}

char *base64_of(const unsigned char *bytes, size_t n)
{
    char *coded = memory_array(n / 3 * 4 + 5, 1);
    for (size_t i = 0; i < n; i += 3)
        encode(bytes + i, n - i, coded + i / 3 * 4);
    return coded;
}
