/* Words that tables of a snapshot share. */
#include "app/tables/tables.h"

const char *tables_data(enum detection_data data)
{
    return data == DATA_TEST ? "test" : "validation";
}
