/* Files of a session that can be changed while it runs: COMMAND_DATA. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SESSION_FILE_H
#define SECATEUR_ENGINE_API_SESSION_FILE_H

enum session_file {
    FILE_CLEAN,
    FILE_POISONED,
    FILE_TEST_CLEAN,
    FILE_TEST_POISONED,
    FILE_REPAIRED, /* a net more that COMMAND_DETECT compares with */
    N_SESSION_FILES
};

/* As options call them: "clean", "test-poisoned", "repaired". */
static inline const char *session_file_name(enum session_file file)
{
    static const char *const names[N_SESSION_FILES] = {
        "clean", "poisoned", "test-clean", "test-poisoned", "repaired"};
    return names[file];
}

#endif
