/* Counts the calls that change files below one folder, and dies or runs out of room at one of them.
   Loaded before the C library, so that it sees the calls of Python, SQLite and Chroma alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DIE = 0, TEAR = 1, FULL = 2 };

static char folder[4096];
static long calls, fatal;
static int way;

void dying_arm(const char *below, long at, int how) {
    strncpy(folder, below, sizeof folder - 1);
    calls = 0;
    fatal = at;
    way = how;
}

long dying_calls(void) { return calls; }

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int below_path(const char *path) {
    return folder[0] && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int below_fd(int fd) {
    char name[64], path[4096];
    if (!folder[0]) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below_path(path);
}

/* Returns 1 where the call is to fail for lack of room; 2 where it is to be torn. */
static int step(int here, int takes_room) {
    if (!here) return 0;
    long now = __sync_add_and_fetch(&calls, 1);
    if (way == FULL) return fatal && now >= fatal && takes_room;
    if (!fatal || now != fatal) return 0;
    if (way == TEAR && takes_room) return 2;
    die();
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define NO_ROOM return errno = ENOSPC, -1

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...) {                                \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = va_arg(rest, mode_t);                                     \
        va_end(rest);                                                           \
        int changes = flags & (O_CREAT | O_TRUNC);                              \
        int makes = (flags & O_CREAT) && access(path, F_OK) != 0;               \
        int how = changes ? step(below_path(path), makes) : 0;                  \
        if (how == 1) NO_ROOM;                                                  \
        if (how == 2) die();                                                    \
        return REAL(name)(path, flags, mode);                                   \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
    int name(int at, const char *path, int flags, ...) {                        \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = va_arg(rest, mode_t);                                     \
        va_end(rest);                                                           \
        if ((flags & (O_CREAT | O_TRUNC)) && step(below_path(path), 0) == 1) NO_ROOM; \
        return REAL(name)(at, path, flags, mode);                               \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
    int how = step(below_fd(fd), 1);
    if (how == 1) NO_ROOM;
    if (how == 2) REAL(write)(fd, data, size / 2), die();
    return REAL(write)(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    int how = step(below_fd(fd), 1);
    if (how == 1) NO_ROOM;
    if (how == 2) REAL(writev)(fd, parts, count / 2), die();
    return REAL(writev)(fd, parts, count);
}

#define PWRITE(name, offset_type)                                               \
    ssize_t name(int fd, const void *data, size_t size, offset_type place) {    \
        int how = step(below_fd(fd), 1);                                        \
        if (how == 1) NO_ROOM;                                                  \
        if (how == 2) REAL(name)(fd, data, size / 2, place), die();             \
        return REAL(name)(fd, data, size, place);                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_FD(name, takes_room, parameters, arguments)                          \
    int name parameters {                                                       \
        int how = step(below_fd(fd), takes_room);                               \
        if (how == 1) NO_ROOM;                                                  \
        if (how == 2) die();                                                    \
        return REAL(name) arguments;                                            \
    }
ON_FD(ftruncate, 0, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, 0, (int fd, off64_t size), (fd, size))
ON_FD(fsync, 0, (int fd), (fd))
ON_FD(fdatasync, 0, (int fd), (fd))
ON_FD(fallocate, 1, (int fd, int mode, off_t place, off_t size), (fd, mode, place, size))

#define ON_PATH(name, takes_room, parameters, arguments)                        \
    int name parameters {                                                       \
        int how = step(below_path(path), takes_room);                           \
        if (how == 1) NO_ROOM;                                                  \
        if (how == 2) die();                                                    \
        return REAL(name) arguments;                                            \
    }
ON_PATH(unlink, 0, (const char *path), (path))
ON_PATH(rmdir, 0, (const char *path), (path))
ON_PATH(mkdir, 1, (const char *path, mode_t mode), (path, mode))
ON_PATH(rename, 0, (const char *path, const char *to), (path, to))

int unlinkat(int fd, const char *path, int flags) {
    step(path[0] == '/' ? below_path(path) : below_fd(fd), 0);
    return REAL(unlinkat)(fd, path, flags);
}
