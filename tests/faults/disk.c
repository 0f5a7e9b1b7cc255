/* Loaded before libc: counts the disk operations on a register, and lets the n-th of them fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum fault { NONE, DIE, FULL_ONCE, FULL_FROM_NOW, BROKEN_ONCE, BROKEN_FROM_NOW };

static long seen, at;
static enum fault planned;
static int active;

void fault_plan(long number, int kind) { seen = 0, at = number, planned = kind, active = 1; }
void fault_end(void) { active = 0; }
long fault_seen(void) { return seen; }

static int of_a_register(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "register.db") != NULL;
}

static enum fault next(int fd) {
    if (!active || !of_a_register(fd)) return NONE;
    seen++;
    int lasts = planned == FULL_FROM_NOW || planned == BROKEN_FROM_NOW;
    return seen == at || (lasts && at && seen > at) ? planned : NONE;
}

static int failed(enum fault fault) {
    if (fault == DIE) _exit(9);
    errno = fault == FULL_ONCE || fault == FULL_FROM_NOW ? ENOSPC : EIO;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Half of what was to be written reaches the disk before it fails: a torn page. */
#define WRITES(name, parameters, arguments, half)                                                                      \
    ssize_t name parameters {                                                                                          \
        enum fault fault = next(fd);                                                                                   \
        if (fault == NONE) return REAL(name) arguments;                                                                \
        REAL(name) half;                                                                                               \
        return failed(fault);                                                                                          \
    }
WRITES(write, (int fd, const void *from, size_t size), (fd, from, size), (fd, from, size / 2))
WRITES(pwrite, (int fd, const void *from, size_t size, off_t to), (fd, from, size, to), (fd, from, size / 2, to))
WRITES(pwrite64, (int fd, const void *from, size_t size, off64_t to), (fd, from, size, to), (fd, from, size / 2, to))

#define DOES(name, parameters, arguments)                                                                              \
    int name parameters {                                                                                              \
        enum fault fault = next(fd);                                                                                   \
        return fault == NONE ? REAL(name) arguments : failed(fault);                                                   \
    }
DOES(fsync, (int fd), (fd))
DOES(fdatasync, (int fd), (fd))
DOES(ftruncate, (int fd, off_t size), (fd, size))
DOES(ftruncate64, (int fd, off64_t size), (fd, size))
