/* What a process says when it dies, and whose fault that is. Thread: the main one. */
#ifndef SECATEUR_TESTS_FUZZ_CRASH_H
#define SECATEUR_TESTS_FUZZ_CRASH_H

#include <stdbool.h>

/* From now on this process writes where it died to its standard error; sanitizers do so anyway. */
void crash_tell(void);
/* Whether the report is of a crash within the library, "libhdf5": it names the innermost frame that
 * is no C library's and no sanitizer's. */
bool crash_is_in(const char *report, const char *library);

#if defined(__SANITIZE_ADDRESS__)
enum { CRASH_SANITIZED = true };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CRASH_SANITIZED = true };
#else
enum { CRASH_SANITIZED = false };
#endif
#else
enum { CRASH_SANITIZED = false };
#endif

#endif
