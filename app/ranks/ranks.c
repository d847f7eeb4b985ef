/* Begins and ends the program on each rank. Leans on engine/cluster and provenance.h. */
#include "app/ranks/ranks.h"

#include "app/report/provenance.h"
#include "app/terminal/standard_streams.h"
#include "engine/base/memory.h"
#include "engine/base/writing.h"
#include "engine/cluster/cluster.h"
#include "views/figures/exports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ranks_begin(void)
{
    if (cluster_rank() == 0)
        return;
    standard_streams_mute();
    writing_is_anothers();
    memory_before_end(standard_streams_unmute);
}

bool ranks_check(const struct verb *verb, struct error *err)
{
    const char *name = verb->name[0] ? verb->name : "the terminal application";
    return cluster_expected() == 1 || (verb->can & SHARES) ||
           fail_as(err, ERROR_USAGE,
               "%s does not share its work: start it without mpirun; sweep, compare, scan, repair, "
               "prune, layers and eval do",
               name);
}

/* A file that is not there is told as a program alone would tell it. */
static bool check_files(const struct options *options, struct error *err)
{
    const char *const paths[] = {options->model, options->architecture, options->clean,
        options->poisoned, options->test_clean, options->test_poisoned};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (paths[i] && access(paths[i], F_OK) != 0 && errno == ENOENT && !strchr(paths[i], ','))
            return fail(err, "%s: %s", paths[i], strerror(errno));
    return true;
}

/* A line for each input file: its digest and its name; malloc'd. */
static char *input_list(const struct export_request *request)
{
    char *list = memory_string("");
    for (int i = 0; i < request->n_inputs; i++) {
        const struct export_input *input = &request->inputs[i];
        char *longer = memory_format("%s%s %s\n", list, input->sha ? input->sha : "-", input->name);
        free(list);
        list = longer;
    }
    return list;
}

/* Ranks that were given different work would wait for each other in vain. */
static bool compare(const struct arguments *arguments, struct error *err)
{
    struct export_request request = {.stem = NULL};
    struct provenance *provenance =
        check_files(&arguments->options, err) ? provenance_create(arguments, err) : NULL;
    if (!provenance)
        return false;
    provenance_tell(provenance, &request);
    char *inputs = input_list(&request);
    bool good =
        cluster_same(request.command, strlen(request.command), "its command line differs", err) &&
        cluster_same(inputs, strlen(inputs), "an input file differs", err);
    free(inputs);
    provenance_destroy(provenance);
    return good;
}

bool ranks_meet(const struct arguments *arguments, struct error *err)
{
    if (cluster_expected() == 1)
        return true;
    if (!cluster_start(err)) {
        if (err->class == ERROR_FAILED)
            standard_streams_unmute(); /* it may be so on this machine alone */
        return false;
    }
    return cluster_ranks() == 1 || compare(arguments, err);
}

bool ranks_end(bool good, struct error *err)
{
    return cluster_end(good, err);
}

int ranks_leave(int status)
{
    bool met = cluster_meets();
    cluster_leave();
    return met || cluster_rank() == 0 || status == ERROR_FAILED ? status : 0;
}
