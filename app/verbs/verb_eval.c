#include "app/verbs/verbs.h"

#include "app/results/results.h"
#include "app/verbs/driver.h"

bool verb_eval_run(const struct arguments *arguments, struct error *err)
{
    struct driver *driver = driver_create(&arguments->options, err);
    if (!driver)
        return false;
    bool asked = arguments->options.test_clean || arguments->options.test_poisoned;
    bool good = !asked || driver_run(driver, &(struct command){.kind = COMMAND_TEST}, err);
    if (good)
        results_find(arguments->format)->eval(stdout, driver_snapshot(driver), asked);
    driver_destroy(driver);
    return good;
}
