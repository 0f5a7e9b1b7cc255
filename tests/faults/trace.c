/* Loaded before libc: keeps every write, truncation, sync and removal of the files in one folder, in their order.

   TRACE_FOLDER is that folder, TRACE_TO the file to keep them in: lines `KIND NAME OFFSET SIZE`, each followed by SIZE
   bytes. The memory that readers and writers share (-shm) does not outlive a power cut, and is left out. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int kept = -1;

/* The name within the folder, "." for the folder itself, NULL for what lies elsewhere. */
static const char *within(const char *path) {
    const char *folder = getenv("TRACE_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length) || strstr(path, "-shm")) return NULL;
    return path[length] == 0 ? "." : path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    return within(path);
}

static void keep(const char *kind, const char *name, long long offset, const void *bytes, size_t size) {
    char line[4300];
    if (kept < 0) kept = open(getenv("TRACE_TO"), O_CREAT | O_APPEND | O_WRONLY, 0600);
    int length = snprintf(line, sizeof line, "%s %s %lld %zu\n", kind, name, offset, size);
    if (REAL(write)(kept, line, length) != length || REAL(write)(kept, bytes, size) != (ssize_t)size) abort();
}

void trace_acknowledged(const char *key) { keep("acknowledged", key, 0, "", 0); }

#define PWRITES(function, offset_type)                                                                                 \
    ssize_t function(int fd, const void *from, size_t size, offset_type to) {                                          \
        char path[4096];                                                                                               \
        const char *name = name_of(fd, path, sizeof path);                                                             \
        ssize_t done = REAL(function)(fd, from, size, to);                                                             \
        if (name && done > 0) keep("write", name, to, from, done);                                                     \
        return done;                                                                                                   \
    }
PWRITES(pwrite, off_t)
PWRITES(pwrite64, off64_t)

ssize_t write(int fd, const void *from, size_t size) {
    char path[4096];
    const char *name = name_of(fd, path, sizeof path);
    off64_t to = name ? lseek64(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(write)(fd, from, size);
    if (name && done > 0) keep("write", name, to, from, done);
    return done;
}

/* What is synced need not be: the disk that is cut off is the one that is built from this. */
#define SYNCS(function)                                                                                                \
    int function(int fd) {                                                                                             \
        char path[4096];                                                                                               \
        const char *name = name_of(fd, path, sizeof path);                                                             \
        if (!name) return REAL(function)(fd);                                                                          \
        keep("sync", name, 0, "", 0);                                                                                  \
        return 0;                                                                                                      \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define TRUNCATES(function, offset_type)                                                                               \
    int function(int fd, offset_type size) {                                                                           \
        char path[4096];                                                                                               \
        const char *name = name_of(fd, path, sizeof path);                                                             \
        int failed = REAL(function)(fd, size);                                                                         \
        if (name && !failed) keep("truncate", name, size, "", 0);                                                      \
        return failed;                                                                                                 \
    }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

int unlink(const char *path) {
    int failed = REAL(unlink)(path);
    const char *name = within(path);
    if (name && !failed) keep("remove", name, 0, "", 0);
    return failed;
}

int rename(const char *from, const char *to) {
    if (within(from) || within(to)) abort(); /* nothing of a register is renamed: who replays would have to know */
    return REAL(rename)(from, to);
}
