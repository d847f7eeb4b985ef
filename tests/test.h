/* What every test includes last: cmocka and its needs. */
#ifndef SECATEUR_TESTS_TEST_H
#define SECATEUR_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* ours is engine/base/error.h */

enum { TEST_SKIPPED = 77 }; /* exit status that meson counts as skipped */

/* Folder of the real nets and data, or NULL; says aloud what is skipped. */
static inline const char *test_real_folder(void)
{
    const char *folder = getenv("SECATEUR_REAL");
    if (!folder || !*folder)
        print_message("SKIPPED: set SECATEUR_REAL to the folder of real nets and data\n");
    return folder && *folder ? folder : NULL;
}

#endif
