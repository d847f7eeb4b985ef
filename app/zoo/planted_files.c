/* Net, image sets and truth, each written at once. */
#include "app/zoo/planted_files.h"

#include "app/options/files.h"
#include "engine/base/atomic_write.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[N_PLANTED_FILES] = {
    [PLANT_CLEAN] = "valid.h5",
    [PLANT_POISONED] = "bd_valid.h5",
    [PLANT_TEST_CLEAN] = "test.h5",
    [PLANT_TEST_POISONED] = "bd_test.h5",
    [PLANTED_NET] = "bd_net.h5",
    [PLANTED_TRUTH] = "truth.json",
};

char *planted_files_path(const char *folder, int file)
{
    return memory_format("%s/%s", folder, names[file]);
}

bool planted_files_check(const char *folder, bool force, struct error *err)
{
    bool good = folder_make_all(folder, 0777, err);
    for (int i = 0; good && i < N_PLANTED_FILES; i++) {
        char *path = planted_files_path(folder, i);
        good = files_may_write(path, force, err);
        free(path);
    }
    return good;
}

bool planted_files_write(
    const struct planted *planted, const char *folder, bool force, struct error *err)
{
    bool good = true;
    for (int i = 0; good && i < N_PLANTED_FILES; i++) {
        char *path = planted_files_path(folder, i);
        if (i == PLANTED_NET) {
            good = planted_write(planted, path, force, err);
        } else if (i == PLANTED_TRUTH) {
            char *text = planted_truth_json(planted);
            good = atomic_write(path, text, strlen(text), force, err);
            free(text);
        } else if (planted->sets[i]) {
            good = dataset_write(planted->sets[i], path, force, err);
        }
        free(path);
    }
    return good;
}
