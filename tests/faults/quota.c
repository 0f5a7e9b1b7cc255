/* Loaded before libc: the files of one folder (QUOTA_FOLDER) have so many bytes together (QUOTA), and then it is full.

   What still fits is written, as on a real disk; the next byte is refused. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int within(int fd) {
    const char *folder = getenv("QUOTA_FOLDER");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!folder || length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, folder, strlen(folder)) && path[strlen(folder)] == '/';
}

static long long room(void) {
    long long left = atoll(getenv("QUOTA"));
    DIR *folder = opendir(getenv("QUOTA_FOLDER"));
    struct dirent *each;
    struct stat found;
    while (folder && (each = readdir(folder)))
        if (!fstatat(dirfd(folder), each->d_name, &found, 0) && S_ISREG(found.st_mode)) left -= found.st_size;
    if (folder) closedir(folder);
    return left < 0 ? 0 : left;
}

/* How much of a write fits; -1 where nothing does. */
static ssize_t fits(int fd, size_t size, long long to) {
    struct stat found;
    if (!size || !within(fd) || fstat(fd, &found)) return size;
    long long grows = to + (long long)size - found.st_size, left = room();
    if (grows <= left || grows <= 0) return size;
    long long some = (long long)size - (grows - left);
    if (some > 0) return some;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int fd, const void *from, size_t size) {
    off64_t at = lseek64(fd, 0, SEEK_CUR);
    ssize_t some = at < 0 ? (ssize_t)size : fits(fd, size, at);
    return some < 0 ? -1 : REAL(write)(fd, from, some);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t to) {
    ssize_t some = fits(fd, size, to);
    return some < 0 ? -1 : REAL(pwrite)(fd, from, some, to);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t to) {
    ssize_t some = fits(fd, size, to);
    return some < 0 ? -1 : REAL(pwrite64)(fd, from, some, to);
}
