/* A program that was built without Open MPI knows no other ranks. */
#include "engine/cluster/transport.h"

#include <assert.h>

bool transport_open(int *rank, int *ranks, struct error *err)
{
    *rank = 0;
    *ranks = 1;
    return fail_as(err, ERROR_USAGE,
        "mpirun started several of this program, which was built without Open MPI: each would do "
        "the whole work and write the same files; start it alone, or build it with "
        "libopenmpi-dev and meson -Dmpi=enabled");
}

void transport_close(bool in_order)
{
    (void)in_order;
}

static bool nobody(void)
{
    assert(!"a rank alone has nobody to talk to");
    return false;
}

bool transport_all(const void *mine, size_t size, void *all)
{
    (void)mine, (void)size, (void)all;
    return nobody();
}

bool transport_parts(const void *mine, void *all, const size_t *starts)
{
    (void)mine, (void)all, (void)starts;
    return nobody();
}

bool transport_spread(void *bytes, size_t size, int from)
{
    (void)bytes, (void)size, (void)from;
    return nobody();
}

bool transport_notify(int to)
{
    (void)to;
    return nobody();
}

bool transport_has_notice(void)
{
    return nobody();
}

bool transport_take_notice(int from)
{
    (void)from;
    return nobody();
}

bool transport_send(const void *bytes, size_t size, int to)
{
    (void)bytes, (void)size, (void)to;
    return nobody();
}

bool transport_receive(void *bytes, size_t size, int from)
{
    (void)bytes, (void)size, (void)from;
    return nobody();
}
