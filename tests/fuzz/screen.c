/* The screen of the tests, with commands that are counted. */
#include "tests/fuzz/screen.h"

#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include <dirent.h>

static bool count(void *context, const struct command *command)
{
    (void)command;
    ++*(int *)context;
    return true;
}

void fuzz_screen_init(struct fuzz_screen *screen)
{
    const struct sample_options options = {
        .n_images = 40, .n_rounds = 12, .position = 3, .phase = PHASE_PAUSED, .n_branches = 2};
    screen->snapshot = sample_create(&options);
    screen->posted = 0;
    whole_init(&screen->ui, screen->snapshot);
    screen->ui.post = count;
    screen->ui.context = &screen->posted;
    screen->ui.plain = true;
}

void fuzz_screen_finish(struct fuzz_screen *screen)
{
    screen->ui.snapshot = NULL;
    whole_finish(&screen->ui);
    sample_destroy(screen->snapshot);
}

int fuzz_screen_files(void)
{
    int n = 0;
    DIR *folder = opendir(".");
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return n;
}
