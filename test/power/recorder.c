/*
 * Stands between a process and the C library (LD_PRELOAD), and notes in POWER_LOG what the process does to
 * the files below POWER_FOLDER, and what it says on its sockets, in the one order in which all of it happened.
 * A sync has two records: what was written before the first is on the disk after the second. In between lie
 * POWER_SYNC_US microseconds more than the disk needs, as with an SD card. journal.ts reads the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int logfd = -1;
static char folder[PATH_MAX];
static size_t folder_length;
static useconds_t sync_us;

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POWER_LOG"), *dir = getenv("POWER_FOLDER"), *us = getenv("POWER_SYNC_US");
  if (!log || !dir || !realpath(dir, folder)) return;
  folder_length = strlen(folder);
  if (us) sync_us = (useconds_t)atoi(us);
  logfd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

struct __attribute__((packed)) head {
  uint32_t data_length;
  uint16_t path_length;
  uint8_t kind;
  uint32_t thread;
  int64_t offset;
};

static void note_parts(char kind, const char *path, int64_t offset, const struct iovec *parts, int count, size_t length) {
  struct head head = {(uint32_t)length, (uint16_t)strlen(path), (uint8_t)kind, (uint32_t)syscall(SYS_gettid), offset};
  size_t total = sizeof head + head.path_length + length, used = sizeof head + head.path_length;
  char *record = malloc(total);
  if (!record) abort();
  memcpy(record, &head, sizeof head);
  memcpy(record + sizeof head, path, head.path_length);
  for (int i = 0; i < count && used < total; i++) {
    size_t take = parts[i].iov_len < total - used ? parts[i].iov_len : total - used;
    memcpy(record + used, parts[i].iov_base, take);
    used += take;
  }
  if (syscall(SYS_write, logfd, record, total) != (long)total) abort();
  free(record);
}

static void note(char kind, const char *path, int64_t offset, const void *data, size_t length) {
  struct iovec part = {(void *)data, length};
  note_parts(kind, path, offset, &part, 1, length);
}

/* Shared memory between connections is made anew from the log at the next start. */
static int is_ours(const char *path) {
  size_t length = strlen(path);
  if (strncmp(path, folder, folder_length) != 0 || (path[folder_length] != '/' && path[folder_length] != 0)) return 0;
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static int path_of(int fd, char *path) {
  if (logfd < 0 || fd < 0 || fd == logfd) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return is_ours(path) && !strstr(path, " (deleted)");
}

static int whole_path(const char *name, char *path) {
  if (logfd < 0) return 0;
  char parent[PATH_MAX], real[PATH_MAX];
  if (strlen(name) >= PATH_MAX) return 0;
  strcpy(parent, name);
  char *slash = strrchr(parent, '/');
  const char *last = slash ? slash + 1 : name;
  char copy[NAME_MAX + 1];
  snprintf(copy, sizeof copy, "%s", last);
  if (slash == parent) return 0;
  if (slash) *slash = 0; else strcpy(parent, ".");
  if (!realpath(parent, real)) return 0;
  if (snprintf(path, PATH_MAX, "%s/%s", real, copy) >= PATH_MAX) return 0;
  return is_ours(path);
}

/* The port of the other end, as a path `port:1234`. */
static int peer_of(int fd, char *path) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (logfd < 0 || getpeername(fd, (struct sockaddr *)&address, &length) != 0) return 0;
  if (address.ss_family == AF_INET) sprintf(path, "port:%d", ntohs(((struct sockaddr_in *)&address)->sin_port));
  else if (address.ss_family == AF_INET6) sprintf(path, "port:%d", ntohs(((struct sockaddr_in6 *)&address)->sin6_port));
  else return 0;
  return 1;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define ORDERED(body) pthread_mutex_lock(&order); body; int failed = errno; pthread_mutex_unlock(&order); errno = failed

/* Files */

#define OPEN(name)                                                                            \
  int name(const char *file, int flags, ...) {                                                \
    static int (*real)(const char *, int, ...);                                               \
    if (!real) real = dlsym(RTLD_NEXT, #name);                                                \
    mode_t mode = 0;                                                                          \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                      \
      va_list rest;                                                                           \
      va_start(rest, flags);                                                                  \
      mode = va_arg(rest, mode_t);                                                            \
      va_end(rest);                                                                           \
    }                                                                                         \
    char path[PATH_MAX];                                                                      \
    if (!(flags & (O_CREAT | O_TRUNC)) || !whole_path(file, path)) return real(file, flags, mode); \
    int fd;                                                                                   \
    ORDERED({                                                                                 \
      int stood = access(path, F_OK) == 0;                                                    \
      fd = real(file, flags, mode);                                                           \
      if (fd >= 0 && !stood) note('c', path, 0, "", 0);                                       \
      if (fd >= 0 && stood && (flags & O_TRUNC)) note('t', path, 0, "", 0);                   \
    });                                                                                       \
    return fd;                                                                                \
  }
OPEN(open)
OPEN(open64)

static int64_t place_of(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags & O_APPEND) {
    struct stat found;
    return fstat(fd, &found) == 0 ? found.st_size : 0;
  }
  return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  char path[PATH_MAX];
  ssize_t done;
  if (path_of(fd, path)) {
    ORDERED({
      int64_t at = place_of(fd);
      done = real(fd, data, length);
      if (done > 0) note('w', path, at, data, (size_t)done);
    });
  } else if (peer_of(fd, path)) {
    ORDERED({
      done = real(fd, data, length);
      if (done > 0) note('s', path, 0, data, (size_t)done);
    });
  } else done = real(fd, data, length);
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  char path[PATH_MAX];
  ssize_t done;
  if (path_of(fd, path)) {
    ORDERED({
      int64_t at = place_of(fd);
      done = real(fd, parts, count);
      if (done > 0) note_parts('w', path, at, parts, count, (size_t)done);
    });
  } else if (peer_of(fd, path)) {
    ORDERED({
      done = real(fd, parts, count);
      if (done > 0) note_parts('s', path, 0, parts, count, (size_t)done);
    });
  } else done = real(fd, parts, count);
  return done;
}

#define PWRITE(name, offset_t)                                             \
  ssize_t name(int fd, const void *data, size_t length, offset_t at) {     \
    REAL(name);                                                            \
    char path[PATH_MAX];                                                   \
    if (!path_of(fd, path)) return real(fd, data, length, at);             \
    ssize_t done;                                                          \
    ORDERED({                                                              \
      done = real(fd, data, length, at);                                   \
      if (done > 0) note('w', path, at, data, (size_t)done);               \
    });                                                                    \
    return done;                                                           \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define FTRUNCATE(name, offset_t)                         \
  int name(int fd, offset_t length) {                     \
    REAL(name);                                           \
    char path[PATH_MAX];                                  \
    if (!path_of(fd, path)) return real(fd, length);      \
    int done;                                             \
    ORDERED({                                             \
      done = real(fd, length);                            \
      if (done == 0) note('t', path, length, "", 0);      \
    });                                                   \
    return done;                                          \
  }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                             \
  int name(int fd) {                                                           \
    REAL(name);                                                                \
    char path[PATH_MAX];                                                       \
    if (!path_of(fd, path)) return real(fd);                                   \
    pthread_mutex_lock(&order);                                                \
    note('b', path, 0, "", 0);                                                 \
    pthread_mutex_unlock(&order);                                              \
    if (sync_us) usleep(sync_us);                                              \
    int done = real(fd);                                                       \
    ORDERED({ if (done == 0) note('e', path, 0, "", 0); });                    \
    return done;                                                               \
  }
SYNC(fsync)
SYNC(fdatasync)

/* What copies inside of the system would not be seen: programs then copy by reading and writing. */
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
  REAL(copy_file_range);
  char path[PATH_MAX];
  if (!path_of(out, path)) return real(in, from, out, to, length, flags);
  errno = ENOSYS;
  return -1;
}

/* Folders */

int rename(const char *from, const char *to) {
  REAL(rename);
  char old[PATH_MAX], new[PATH_MAX];
  if (!whole_path(from, old) || !whole_path(to, new)) return real(from, to);
  int done;
  ORDERED({
    done = real(from, to);
    if (done == 0) note('r', old, 0, new, strlen(new));
  });
  return done;
}

#define REMOVE(name)                                                        \
  int name(const char *file) {                                              \
    REAL(name);                                                             \
    char path[PATH_MAX];                                                    \
    if (!whole_path(file, path)) return real(file);                         \
    int done;                                                               \
    ORDERED({                                                               \
      done = real(file);                                                    \
      if (done == 0) note('u', path, 0, "", 0);                             \
    });                                                                     \
    return done;                                                            \
  }
REMOVE(unlink)
REMOVE(remove)

/* Only by whole paths, as Node does it. */
int unlinkat(int at, const char *file, int flags) {
  REAL(unlinkat);
  char path[PATH_MAX];
  if ((flags & AT_REMOVEDIR) || file[0] != '/' || !whole_path(file, path)) return real(at, file, flags);
  int done;
  ORDERED({
    done = real(at, file, flags);
    if (done == 0) note('u', path, 0, "", 0);
  });
  return done;
}

int mkdir(const char *name, mode_t mode) {
  REAL(mkdir);
  char path[PATH_MAX];
  if (!whole_path(name, path)) return real(name, mode);
  int done;
  ORDERED({
    done = real(name, mode);
    if (done == 0) note('d', path, 0, "", 0);
  });
  return done;
}
