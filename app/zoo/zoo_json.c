/* The whole zoo as JSON. */
#include "app/tables/table_json.h"
#include "app/zoo/zoo.h"

#include <jansson.h>

void zoo_print_json(FILE *out, const struct zoo *zoo)
{
    const struct zoo_counts counts = zoo_count(zoo);
    json_print(out, json_pack("{s:i, s:i, s:i, s:i, s:o, s:o}", "targets_found", counts.found,
                        "attacks", counts.attacks, "false_alarms", counts.alarms, "clean_nets",
                        counts.clean, "nets", table_json(&table_zoo, zoo, zoo->n), "criteria",
                        table_json(&table_localisation, zoo, zoo->n_criteria)));
}
