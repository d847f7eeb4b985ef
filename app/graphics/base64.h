/* Base64 (RFC 4648). Owner: the caller. Thread: any. */
#ifndef SECATEUR_APP_GRAPHICS_BASE64_H
#define SECATEUR_APP_GRAPHICS_BASE64_H

#include <stddef.h>

char *base64_of(const unsigned char *bytes, size_t n); /* malloc'd, ends with 0 */

#endif
