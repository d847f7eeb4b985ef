/* Numbers as words on the screen: signs that are seen, also of zero. */
#include "views/cells/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

const char *number_signed(char text[NUMBER_SIGNED], double value, int decimals)
{
    bool none = fabs(value) < 0.5 * pow(10, -decimals);
    snprintf(text, NUMBER_SIGNED, "%s%.*f",
        none        ? "±"
        : value < 0 ? "−"
                    : "+",
        decimals, fabs(value));
    return text;
}
