/* Local pairs of sockets: a stream, or messages that carry descriptors. Leans on socketpair. */
#include "engine/io/sandbox/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STREAM_BYTES = 1 << 20 }; /* fewer turns; the kernel may give less */

bool channel_pair(int ends[2])
{
    const int bytes = STREAM_BYTES;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    return true;
}

bool channel_messages(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
}

bool channel_write(int end, const void *bytes, size_t size)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t n = send(end, from, size, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        from += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

void channel_nudge(int end)
{
    if (send(end, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) /* one that waits for it is silent */
        return;
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(CHANNEL_FILES * sizeof(int))];
};

bool channel_send(int end, const void *message, size_t size, const int *files, int n_files)
{
    union control control = {0};
    struct iovec text = {(void *)message, size};
    struct msghdr all = {.msg_iov = &text, .msg_iovlen = 1};
    size_t bytes = (size_t)n_files * sizeof(int);
    ssize_t sent;
    if (n_files > 0) {
        all.msg_control = control.bytes;
        all.msg_controllen = CMSG_SPACE(bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&all);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(header), files, bytes);
    }
    while ((sent = sendmsg(end, &all, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return sent == (ssize_t)size;
}

bool channel_receive(int end, void *message, size_t size, int *files, int *n_files)
{
    union control control = {0};
    struct iovec text = {message, size};
    struct msghdr all = {.msg_iov = &text,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};
    ssize_t got;
    int n = 0;
    while ((got = recvmsg(end, &all, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&all) : NULL;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        n = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(files, CMSG_DATA(header), (size_t)n * sizeof(int));
    }
    if (n_files)
        *n_files = n;
    return got == (ssize_t)size;
}
