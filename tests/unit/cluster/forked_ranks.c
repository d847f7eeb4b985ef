/* Ranks as forked processes. Leans on pipes, whose order is that of the calls. */
#include "tests/unit/cluster/forked_ranks.h"

#include "engine/cluster/cluster.h"
#include "engine/cluster/transport.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 8 };

static int ranks, own;
/* [from][to][1 is written to]; notices have their own. */
static int pipes[MOST][MOST][2], notices[MOST][MOST][2];

bool transport_open(int *rank, int *n, struct error *err)
{
    (void)err;
    *rank = own;
    *n = ranks;
    return true;
}

void transport_close(bool in_order)
{
    (void)in_order;
}

static bool put(int fd, const void *bytes, size_t size)
{
    return size == 0 || write(fd, bytes, size) == (ssize_t)size;
}

static bool take(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    for (ssize_t n; size > 0; at += n, size -= (size_t)n)
        if ((n = read(fd, at, size)) <= 0)
            return false;
    return true;
}

bool transport_send(const void *bytes, size_t size, int to)
{
    return put(pipes[own][to][1], bytes, size);
}

bool transport_receive(void *bytes, size_t size, int from)
{
    return take(pipes[from][own][0], bytes, size);
}

bool transport_parts(const void *mine, void *all, const size_t *starts)
{
    bool good = true;
    size_t size = starts[own + 1] - starts[own];
    for (int r = 0; r < ranks; r++)
        good = good && (r == own || transport_send(mine, size, r));
    for (int r = 0; r < ranks && good; r++)
        if (r != own)
            good = transport_receive((char *)all + starts[r], starts[r + 1] - starts[r], r);
    memcpy((char *)all + starts[own], mine, size);
    return good;
}

bool transport_all(const void *mine, size_t size, void *all)
{
    size_t starts[MOST + 1];
    for (int r = 0; r <= ranks; r++)
        starts[r] = (size_t)r * size;
    return transport_parts(mine, all, starts);
}

bool transport_spread(void *bytes, size_t size, int from)
{
    bool good = true;
    for (int r = 0; r < ranks && own == from; r++)
        good = good && (r == own || transport_send(bytes, size, r));
    return good && (own == from || transport_receive(bytes, size, from));
}

bool transport_notify(int to)
{
    return put(notices[own][to][1], "", 1);
}

bool transport_has_notice(void)
{
    for (int r = 0; r < ranks; r++) {
        struct pollfd poll_of = {notices[r][own][0], POLLIN, 0};
        if (r != own && poll(&poll_of, 1, 0) > 0)
            return true;
    }
    return false;
}

bool transport_take_notice(int from)
{
    char byte;
    return take(notices[from][own][0], &byte, 1);
}

static bool run(bool (*work)(void *context), void *context)
{
    struct error err;
    char number[16];
    snprintf(number, sizeof number, "%d", ranks);
    setenv("OMPI_COMM_WORLD_SIZE", number, 1);
    alarm(20); /* ranks that wait in vain */
    return cluster_start(&err) && cluster_rank() == own && cluster_ranks() == ranks &&
           work(context);
}

bool forked_ranks(int n, bool (*work)(void *context), void *context)
{
    bool good = n <= MOST;
    pid_t process[MOST];
    ranks = n;
    for (int i = 0; i < n * n; i++)
        good = good && pipe(pipes[i / n][i % n]) == 0 && pipe(notices[i / n][i % n]) == 0;
    fflush(NULL);
    for (own = 0; own < n && good; own++)
        if ((process[own] = fork()) == 0)
            _exit(run(work, context) ? 0 : 1);
    for (int r = 0, status; r < n && good; r++)
        good = waitpid(process[r], &status, 0) == process[r] && status == 0;
    for (int i = 0; i < n * n; i++)
        for (int end = 0; end < 2; end++) {
            close(pipes[i / n][i % n][end]);
            close(notices[i / n][i % n][end]);
        }
    return good;
}
