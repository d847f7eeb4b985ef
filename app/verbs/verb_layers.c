#include "app/verbs/verbs.h"

#include "app/results/results.h"
#include "app/verbs/driver.h"

bool verb_layers_run(const struct arguments *arguments, struct error *err)
{
    struct driver *driver = driver_create(&arguments->options, err);
    if (!driver)
        return false;
    bool good = arguments->options.net_alone ||
                driver_run(driver, &(struct command){.kind = COMMAND_SCAN}, err);
    if (good)
        results_find(arguments->format)->layers(stdout, driver_snapshot(driver));
    driver_destroy(driver);
    return good;
}
