/* A call that fails: loaded before all libraries (LD_PRELOAD), it counts what the program asks the
 * system for, and lets the n-th call of one kind fail. Leans on dlsym and on glibc's own names.
 *
 *   INJECT_KIND    the kind of call that fails, one of kinds[]
 *   INJECT_AT      which of them, from 1; no other call fails
 *   INJECT_COUNT   a file; at exit: a line "kind calls" for each kind, and "injected 0" or 1
 *
 * A call counts if it comes from the program's own code. Libraries are left out, as some end the
 * process where memory is short (OpenBLAS), and so is what stdio calls by itself:
 * streams_fault_test and limits_fault_test have full and closed streams and little memory. Only the
 * first process counts: readers wipe their environment and are forked copies, and limits_fault_test
 * and sandbox_test end those. */
#undef _FILE_OFFSET_BITS /* the program calls open64; here both names stay apart */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum kind { ALLOCATION, READ, WRITE, OPEN, FSYNC, RENAME, MMAP, FORK, PIPE, THREAD, KINDS };
static const char *const kinds[KINDS] = {
    [ALLOCATION] = "allocation",
    [READ] = "read",
    [WRITE] = "write",
    [OPEN] = "open",
    [FSYNC] = "fsync",
    [RENAME] = "rename",
    [MMAP] = "mmap",
    [FORK] = "fork",
    [PIPE] = "pipe",
    [THREAD] = "thread",
};
static atomic_long calls[KINDS];
static atomic_bool injected;
static enum kind chosen = KINDS;
static long at;
static pid_t owner;
static uintptr_t code, code_end; /* the program's own; empty until begin() */

/* The program is the first object. */
static int find_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size, (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            code = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            code_end = code + info->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *kind = getenv("INJECT_KIND"), *number = getenv("INJECT_AT");
    for (int i = 0; kind && i < KINDS; i++)
        if (strcmp(kind, kinds[i]) == 0)
            chosen = (enum kind)i;
    at = number ? strtol(number, NULL, 10) : 0;
    owner = getpid();
    dl_iterate_phdr(find_program, NULL);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("INJECT_COUNT");
    if (!path || getpid() != owner)
        return;
    int fd = open64(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    for (int i = 0; i < KINDS; i++)
        dprintf(fd, "%s %ld\n", kinds[i], atomic_load(&calls[i]));
    dprintf(fd, "injected %d\n", atomic_load(&injected));
    close(fd);
}

static bool fails(enum kind kind, const void *caller)
{
    if ((uintptr_t)caller < code || (uintptr_t)caller >= code_end || getpid() != owner)
        return false;
    if (atomic_fetch_add(&calls[kind], 1) + 1 != at || kind != chosen)
        return false;
    atomic_store(&injected, true);
    return true;
}

/* The function `name` in front of the library's: `failure` is what it gives where it fails. */
#define WRAP(result, name, kind, failure, declared, passed) \
    result name declared                                    \
    {                                                       \
        static __typeof__(&name) real;                      \
        if (!real)                                          \
            *(void **)&real = dlsym(RTLD_NEXT, #name);      \
        if (fails(kind, __builtin_return_address(0)))       \
            return failure;                                 \
        return real passed;                                 \
    }
#define FAILURE(number, value) (errno = (number), (value))

/* dlsym allocates, so these go to glibc's own names. */
extern void *__libc_malloc(size_t size), *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size), *__libc_memalign(size_t to, size_t size);
#define OWN_ALLOCATION(declared, call)                      \
    void *declared                                          \
    {                                                       \
        if (fails(ALLOCATION, __builtin_return_address(0))) \
            return FAILURE(ENOMEM, NULL);                   \
        return call;                                        \
    }
OWN_ALLOCATION(malloc(size_t size), __libc_malloc(size))
OWN_ALLOCATION(calloc(size_t n, size_t size), __libc_calloc(n, size))
OWN_ALLOCATION(realloc(void *old, size_t size), __libc_realloc(old, size))
OWN_ALLOCATION(aligned_alloc(size_t to, size_t size), __libc_memalign(to, size))
WRAP(int, posix_memalign, ALLOCATION, ENOMEM, (void **to, size_t unit, size_t n), (to, unit, n))
WRAP(char *, strdup, ALLOCATION, FAILURE(ENOMEM, NULL), (const char *text), (text))
WRAP(char *, strndup, ALLOCATION, FAILURE(ENOMEM, NULL), (const char *text, size_t n), (text, n))
WRAP(int, vasprintf, ALLOCATION, FAILURE(ENOMEM, -1), (char **to, const char *form, va_list list),
    (to, form, list))
WRAP(FILE *, open_memstream, ALLOCATION, FAILURE(ENOMEM, NULL), (char **to, size_t *n), (to, n))

WRAP(ssize_t, read, READ, FAILURE(EIO, -1), (int fd, void *to, size_t n), (fd, to, n))
WRAP(ssize_t, pread64, READ, FAILURE(EIO, -1), (int fd, void *to, size_t n, off64_t from),
    (fd, to, n, from))
WRAP(
    ssize_t, write, WRITE, FAILURE(ENOSPC, -1), (int fd, const void *from, size_t n), (fd, from, n))
WRAP(ssize_t, pwrite64, WRITE, FAILURE(ENOSPC, -1),
    (int fd, const void *from, size_t n, off64_t to), (fd, from, n, to))
WRAP(int, ftruncate64, WRITE, FAILURE(ENOSPC, -1), (int fd, off64_t size), (fd, size))
WRAP(int, posix_fallocate64, WRITE, ENOSPC, (int fd, off64_t from, off64_t n), (fd, from, n))
WRAP(FILE *, fopen64, OPEN, FAILURE(EMFILE, NULL), (const char *path, const char *mode),
    (path, mode))
WRAP(
    int, memfd_create, OPEN, FAILURE(EMFILE, -1), (const char *name, unsigned flags), (name, flags))
WRAP(int, fsync, FSYNC, FAILURE(EIO, -1), (int fd), (fd))
WRAP(int, fdatasync, FSYNC, FAILURE(EIO, -1), (int fd), (fd))
WRAP(int, rename, RENAME, FAILURE(EIO, -1), (const char *old, const char *new), (old, new))
WRAP(int, renameat2, RENAME, FAILURE(EIO, -1),
    (int a, const char *old, int b, const char *new, unsigned flags), (a, old, b, new, flags))
WRAP(int, link, RENAME, FAILURE(EIO, -1), (const char *old, const char *new), (old, new))
WRAP(int, linkat, RENAME, FAILURE(EIO, -1),
    (int a, const char *old, int b, const char *new, int flags), (a, old, b, new, flags))
WRAP(void *, mmap64, MMAP, FAILURE(ENOMEM, MAP_FAILED),
    (void *to, size_t n, int protection, int flags, int fd, off64_t from),
    (to, n, protection, flags, fd, from))
WRAP(pid_t, fork, FORK, FAILURE(EAGAIN, -1), (void), ())
WRAP(int, pipe2, PIPE, FAILURE(EMFILE, -1), (int ends[2], int flags), (ends, flags))
WRAP(int, socketpair, PIPE, FAILURE(EMFILE, -1), (int domain, int type, int protocol, int ends[2]),
    (domain, type, protocol, ends))
WRAP(int, pthread_create, THREAD, EAGAIN,
    (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *), void *with),
    (thread, how, run, with))

static mode_t mode_of(int flags, va_list rest)
{
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define WRAP_OPEN(name, declared, ...)                 \
    int name declared                                  \
    {                                                  \
        static __typeof__(&name) real;                 \
        va_list rest;                                  \
        va_start(rest, flags);                         \
        mode_t mode = mode_of(flags, rest);            \
        va_end(rest);                                  \
        if (!real)                                     \
            *(void **)&real = dlsym(RTLD_NEXT, #name); \
        if (fails(OPEN, __builtin_return_address(0)))  \
            return FAILURE(EMFILE, -1);                \
        return real(__VA_ARGS__, flags, mode);         \
    }
WRAP_OPEN(open64, (const char *path, int flags, ...), path)
WRAP_OPEN(openat64, (int folder, const char *path, int flags, ...), folder, path)
