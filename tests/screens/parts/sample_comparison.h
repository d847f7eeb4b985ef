/* Made-up criteria side by side: four at the site, one of which is not defined.
 * Owner: nobody; they are constant. */
#ifndef SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_COMPARISON_H
#define SECATEUR_TESTS_SCREENS_PARTS_SAMPLE_COMPARISON_H

#include "engine/api/criteria_comparison.h"

/* Of a snapshot's site 2. */
const struct criteria_comparison *sample_comparison(void);

#endif
