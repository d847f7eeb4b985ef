/* The acts, by plain system calls: no library stands between. */
#include "tests/unit/io/hostile_acts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define ACT(name, call)            \
    static long name(pid_t parent) \
    {                              \
        (void)parent;              \
        return call;               \
    }

static const char file[] = "/etc/passwd", made[] = HOSTILE_FILE;
static const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
static char buffer[4096];

/* Files */
ACT(open_file, syscall(SYS_openat, AT_FDCWD, file, O_RDONLY))
ACT(open_folder, syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY))
ACT(open_anew, syscall(SYS_openat2, AT_FDCWD, file, (uint64_t[3]){0}, 24))
ACT(make_file, syscall(SYS_openat, AT_FDCWD, made, O_CREAT | O_WRONLY, 0600))
ACT(look_at_file, syscall(SYS_newfstatat, AT_FDCWD, file, buffer, 0))
ACT(remove_file, syscall(SYS_unlinkat, AT_FDCWD, made, 0))
ACT(make_folder, syscall(SYS_mkdirat, AT_FDCWD, made, 0700))
ACT(rename_file, syscall(SYS_renameat2, AT_FDCWD, made, AT_FDCWD, "/tmp/secateur_other", 0))
ACT(link_file, syscall(SYS_symlinkat, file, AT_FDCWD, made))
ACT(change_mode, syscall(SYS_fchmodat, AT_FDCWD, made, 0777))
ACT(change_folder, syscall(SYS_chdir, "/"))
ACT(map_memory_file, syscall(SYS_memfd_create, "x", 0))
/* Descriptors */
ACT(write_to_output, syscall(SYS_write, 1, "x", 1))
ACT(write_to_file, syscall(SYS_write, 4, "x", 1))
ACT(write_at, syscall(SYS_pwrite64, 4, "x", 1, 0))
ACT(cut_file, syscall(SYS_ftruncate, 4, 0))
ACT(double_descriptor, syscall(SYS_dup, 3))
ACT(steal_descriptor, syscall(SYS_pidfd_open, parent, 0))
ACT(push_to_terminal, syscall(SYS_ioctl, 0, 0x5412, "x"))
ACT(send_descriptor, syscall(SYS_sendmsg, 3, buffer, 0))
/* The network */
ACT(make_socket, syscall(SYS_socket, AF_INET, SOCK_STREAM, 0))
ACT(make_local_socket, syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0))
ACT(connect_channel, syscall(SYS_connect, 3, buffer, 16))
ACT(bind_channel, syscall(SYS_bind, 3, buffer, 16))
/* Processes */
ACT(run_program, syscall(SYS_execve, "/bin/true", (char *[]){"true", NULL}, (char *[]){NULL}))
ACT(run_other_program,
    syscall(SYS_execveat, AT_FDCWD, "/bin/true", (char *[]){"true", NULL}, (char *[]){NULL}, 0))
ACT(start_process, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
ACT(start_process_anew, syscall(SYS_clone3, (uint64_t[8]){0}, 64))
ACT(kill_parent, syscall(SYS_kill, parent, SIGKILL))
ACT(kill_all, syscall(SYS_kill, -1, 0))
ACT(stop_parent, syscall(SYS_tgkill, parent, parent, SIGSTOP))
ACT(queue_signal, syscall(SYS_rt_sigqueueinfo, parent, SIGTERM, buffer))
ACT(trace_parent, syscall(SYS_ptrace, PTRACE_ATTACH, parent, 0, 0))
ACT(be_traced, syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0))
ACT(read_parent, syscall(SYS_process_vm_readv, parent, &(struct iovec){buffer, 1}, 1,
                     &(struct iovec){buffer, 1}, 1, 0))
ACT(leave_session, syscall(SYS_setsid))
ACT(wait_for_any, syscall(SYS_wait4, -1, NULL, 0, NULL))
/* Rights */
ACT(raise_limit, syscall(SYS_setrlimit, RLIMIT_AS, &more))
ACT(raise_limit_of_parent, syscall(SYS_prlimit64, parent, RLIMIT_CORE, &more, NULL))
ACT(outlive_parent, syscall(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0))
ACT(be_somebody, syscall(SYS_setresuid, 1, 1, 1))
ACT(leave_namespace, syscall(SYS_unshare, CLONE_NEWUSER))
ACT(filter_anew, syscall(SYS_seccomp, 1, 0, buffer))
ACT(map_code, (long)syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
ACT(make_code,
    syscall(SYS_mprotect, (uintptr_t)buffer & ~(uintptr_t)4095, 4096, PROT_READ | PROT_EXEC))
ACT(key_code, syscall(SYS_pkey_mprotect, (uintptr_t)buffer & ~(uintptr_t)4095, 4096,
                  PROT_READ | PROT_EXEC, -1))
/* The kernel */
ACT(set_up_ring, syscall(SYS_io_uring_setup, 1, buffer))
ACT(load_program, syscall(SYS_bpf, 0, buffer, 32))
ACT(watch_faults, syscall(SYS_userfaultfd, 0))
ACT(count_events, syscall(SYS_perf_event_open, buffer, 0, -1, -1, 0))
ACT(add_key, syscall(SYS_add_key, "user", "x", "x", 1, -3))
ACT(call_nothing, syscall(100000))

#ifdef __x86_64__
/* Other doors into the same kernel: by the numbers of 32 bits, and of x32. */
static long call_as_32_bits(pid_t parent)
{
    long result = -20; /* getpid */
    (void)parent;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
    return result < 0 ? -1 : 0;
}

static long call_as_x32(pid_t parent)
{
    (void)parent;
    return syscall(0x40000000 + SYS_getpid) < 0 ? -1 : 0;
}
#endif

#define ALWAYS(act)     \
    {                   \
#act, act, true \
    }
#define FILTERED(act)    \
    {                    \
#act, act, false \
    }

const struct hostile_act hostile_acts[] = {
    ALWAYS(open_file),
    ALWAYS(open_folder),
    ALWAYS(open_anew),
    ALWAYS(make_file),
    FILTERED(look_at_file),
    ALWAYS(remove_file),
    ALWAYS(make_folder),
    ALWAYS(rename_file),
    ALWAYS(link_file),
    FILTERED(change_mode),
    FILTERED(change_folder),
    ALWAYS(map_memory_file),
    FILTERED(write_to_output),
    ALWAYS(write_to_file),
    ALWAYS(write_at),
    ALWAYS(cut_file),
    ALWAYS(double_descriptor),
    ALWAYS(steal_descriptor),
    ALWAYS(push_to_terminal),
    FILTERED(send_descriptor),
    ALWAYS(make_socket),
    ALWAYS(make_local_socket),
    ALWAYS(connect_channel),
    ALWAYS(bind_channel),
    ALWAYS(run_program),
    ALWAYS(run_other_program),
    FILTERED(start_process),
    FILTERED(start_process_anew),
    FILTERED(kill_parent), /* Landlock refuses signals from its sixth version on */
    FILTERED(kill_all),
    FILTERED(stop_parent),
    FILTERED(queue_signal),
    ALWAYS(trace_parent),
    FILTERED(be_traced),
    ALWAYS(read_parent),
    FILTERED(leave_session),
    ALWAYS(wait_for_any),
    ALWAYS(raise_limit),
    FILTERED(raise_limit_of_parent),
    FILTERED(outlive_parent),
    FILTERED(be_somebody),
    FILTERED(leave_namespace),
    FILTERED(filter_anew),
    FILTERED(map_code),
    FILTERED(make_code),
    FILTERED(key_code),
    ALWAYS(set_up_ring),
    FILTERED(load_program),
    ALWAYS(watch_faults),
    ALWAYS(count_events),
    FILTERED(add_key),
    FILTERED(call_nothing),
#ifdef __x86_64__
    FILTERED(call_as_32_bits),
    FILTERED(call_as_x32),
#endif
};
const int n_hostile_acts = sizeof hostile_acts / sizeof *hostile_acts;
