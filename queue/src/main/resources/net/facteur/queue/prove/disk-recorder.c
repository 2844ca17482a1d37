/* Records what a process does to the files below one directory, for the power-cut test.
 *
 * Preloaded into the process: `gcc -shared -fPIC -O1 -o disk-recorder.so disk-recorder.c`.
 *   DISK_RECORD_ROOT     the directory
 *   DISK_RECORD_LOG      the file to write the record to, outside of it
 *   DISK_RECORD_SWALLOW  `body` or `directory`: syncs of those files are neither done nor recorded
 *
 * Each entry is an octet for what happened, two numbers of 64 bits, and two counted octet strings,
 * in the machine's byte order. It is written after the call returned (save for SYNC_BEGIN), under one
 * lock: what another call could know of is in the record before that call is. So at worst something
 * that is on the disk counts as not yet written, never the other way round. Files called *-shm are left
 * out: SQLite maps them, and does not need them after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, RENAME, UNLINK, MKDIR, UNKNOWN };
#define MOST_FDS 65536
#define SMALL 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t handles[MOST_FDS]; /* 0: not watched */
static char swallowed[MOST_FDS];
static uint64_t last_handle, last_sync;
static int log_fd = -1;
static const char *root, *swallow;
static size_t root_length;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static void start(void) {
  if (log_fd >= 0) return;
  root = getenv("DISK_RECORD_ROOT");
  const char *log = getenv("DISK_RECORD_LOG");
  swallow = getenv("DISK_RECORD_SWALLOW");
  if (!swallow) swallow = "";
  if (!root || !log) abort();
  root_length = strlen(root);
  log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) abort();
}

static void put_all(const char *octets, size_t length) {
  while (length > 0) {
    ssize_t n = syscall(SYS_write, log_fd, octets, length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) abort();
    octets += n;
    length -= n;
  }
}

static void record(uint8_t what, uint64_t a, uint64_t b, const void *one, uint32_t one_length,
                   const void *two, uint32_t two_length) {
  int saved = errno;
  char small[SMALL];
  size_t total = 1 + 8 + 8 + 4 + one_length + 4 + two_length;
  char *entry = total <= SMALL ? small : malloc(total), *p = entry;
  if (!entry) abort();
  *p++ = what;
  memcpy(p, &a, 8), p += 8;
  memcpy(p, &b, 8), p += 8;
  memcpy(p, &one_length, 4), p += 4;
  memcpy(p, one, one_length), p += one_length;
  memcpy(p, &two_length, 4), p += 4;
  memcpy(p, two, two_length);
  pthread_mutex_lock(&lock);
  start();
  put_all(entry, total);
  pthread_mutex_unlock(&lock);
  if (entry != small) free(entry);
  errno = saved;
}

static int watched_path(const char *path) {
  start();
  size_t length = strlen(path);
  return strncmp(path, root, root_length) == 0 &&
         (path[root_length] == '/' || path[root_length] == 0) &&
         !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static uint64_t handle(int fd) { return fd >= 0 && fd < MOST_FDS ? handles[fd] : 0; }

static void unknown(const char *call) { record(UNKNOWN, 0, 0, call, strlen(call), "", 0); }

static int opened(int fd, const char *path, int existed) {
  if (fd < 0 || !watched_path(path)) return fd;
  if (fd >= MOST_FDS) abort();
  int saved = errno;
  struct stat status;
  int directory = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
  swallowed[fd] = directory ? strcmp(swallow, "directory") == 0
                            : strcmp(swallow, "body") == 0 &&
                                  (strstr(path, "/staging/") || strstr(path, "/bodies/"));
  uint64_t h = __atomic_add_fetch(&last_handle, 1, __ATOMIC_SEQ_CST);
  record(OPEN, h, existed, path, strlen(path), "", 0);
  handles[fd] = h;
  errno = saved;
  return fd;
}

static int exists(const char *path) {
  int saved = errno;
  int there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
  errno = saved;
  return there;
}

#define MODE                        \
  mode_t mode = 0;                  \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest;                   \
    va_start(rest, flags);          \
    mode = va_arg(rest, mode_t);    \
    va_end(rest);                   \
  }

static int do_open(int at, const char *path, int flags, mode_t mode) {
  start();
  int absolute = path[0] == '/' || at == AT_FDCWD;
  int existed = absolute && exists(path);
  int fd = syscall(SYS_openat, at, path, flags | O_LARGEFILE, mode);
  if (!absolute) {
    /* Relative to a directory: nobody here writes that way below the root. */
    if (fd >= 0 && (flags & O_ACCMODE) != O_RDONLY && handle(at)) unknown("openat");
    return fd;
  }
  opened(fd, path, existed);
  if (fd >= 0 && (flags & O_TRUNC) && existed && handle(fd)) {
    record(TRUNCATE, handle(fd), 0, "", 0, "", 0);
  }
  return fd;
}

int open(const char *path, int flags, ...) { MODE return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return do_open(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return do_open(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return do_open(at, path, flags, mode); }
int creat(const char *path, mode_t mode) {
  return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < MOST_FDS) handles[fd] = 0;
  return syscall(SYS_close, fd);
}

static int duplicated(int from, int to) {
  if (to >= MOST_FDS) abort();
  if (to >= 0) {
    handles[to] = handle(from);
    swallowed[to] = handle(from) && swallowed[from];
  }
  return to;
}
int dup(int fd) { return duplicated(fd, REAL(dup)(fd)); }
int dup2(int from, int to) { return duplicated(from, REAL(dup2)(from, to)); }

static ssize_t wrote(int fd, const void *octets, ssize_t n, off_t at) {
  if (n > 0 && handle(fd)) record(WRITE, handle(fd), at, octets, n, "", 0);
  return n;
}
/* The position after the write, so that appending is right, too. */
static off_t before(int fd, ssize_t n) {
  return n > 0 && handle(fd) ? lseek(fd, 0, SEEK_CUR) - n : 0;
}
static ssize_t wrote_parts(int fd, const struct iovec *parts, ssize_t n, off_t at) {
  for (ssize_t left = n; left > 0; parts++) {
    ssize_t part = (ssize_t)parts->iov_len < left ? (ssize_t)parts->iov_len : left;
    wrote(fd, parts->iov_base, part, at);
    at += part;
    left -= part;
  }
  return n;
}

ssize_t write(int fd, const void *octets, size_t length) {
  ssize_t n = REAL(write)(fd, octets, length);
  return wrote(fd, octets, n, before(fd, n));
}
ssize_t pwrite(int fd, const void *octets, size_t length, off_t at) {
  return wrote(fd, octets, REAL(pwrite)(fd, octets, length, at), at);
}
ssize_t pwrite64(int fd, const void *octets, size_t length, off64_t at) {
  return wrote(fd, octets, REAL(pwrite64)(fd, octets, length, at), at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t n = REAL(writev)(fd, parts, count);
  return wrote_parts(fd, parts, n, before(fd, n));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return wrote_parts(fd, parts, REAL(pwritev)(fd, parts, count, at), at);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return wrote_parts(fd, parts, REAL(pwritev64)(fd, parts, count, at), at);
}

static int truncated(int fd, off_t size, int result) {
  if (result == 0 && handle(fd)) record(TRUNCATE, handle(fd), size, "", 0, "", 0);
  return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, size, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size, REAL(ftruncate64)(fd, size)); }

static int synced(int fd, int (*sync)(int)) {
  uint64_t h = handle(fd);
  if (!h) return sync(fd);
  if (swallowed[fd]) return 0;
  uint64_t number = __atomic_add_fetch(&last_sync, 1, __ATOMIC_SEQ_CST);
  record(SYNC_BEGIN, h, number, "", 0, "", 0);
  /* The machine's own disk need not take part, the test rebuilds it from the record; but others get
   * to write meanwhile. */
  usleep(1000);
  record(SYNC_END, h, number, "", 0, "", 0);
  return 0;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int renamed(const char *from, const char *to, int result) {
  if (result == 0 && (watched_path(from) || watched_path(to))) {
    record(RENAME, 0, 0, from, strlen(from), to, strlen(to));
  }
  return result;
}
int rename(const char *from, const char *to) { return renamed(from, to, REAL(rename)(from, to)); }
int renameat(int at, const char *from, int where, const char *to) {
  return renamed(from, to, REAL(renameat)(at, from, where, to));
}
int renameat2(int at, const char *from, int where, const char *to, unsigned flags) {
  return renamed(from, to, REAL(renameat2)(at, from, where, to, flags));
}

static int unlinked(const char *path, int result) {
  if (result == 0 && watched_path(path)) record(UNLINK, 0, 0, path, strlen(path), "", 0);
  return result;
}
int unlink(const char *path) { return unlinked(path, REAL(unlink)(path)); }
int unlinkat(int at, const char *path, int flags) {
  return unlinked(path, REAL(unlinkat)(at, path, flags));
}
int remove(const char *path) { return unlinked(path, REAL(remove)(path)); }
int rmdir(const char *path) { return unlinked(path, REAL(rmdir)(path)); }

static int made(const char *path, int result) {
  if (result == 0 && watched_path(path)) record(MKDIR, 0, 0, path, strlen(path), "", 0);
  return result;
}
int mkdir(const char *path, mode_t mode) { return made(path, REAL(mkdir)(path, mode)); }
int mkdirat(int at, const char *path, mode_t mode) { return made(path, REAL(mkdirat)(at, path, mode)); }

/* What the record could not express must not go unnoticed. */
#define UNEXPECTED(fd, name) \
  if (handle(fd)) unknown(name)
void *mmap(void *where, size_t length, int protection, int flags, int fd, off_t at) {
  if ((protection & PROT_WRITE) && (flags & MAP_SHARED)) { UNEXPECTED(fd, "mmap"); }
  return (void *)syscall(SYS_mmap, where, length, protection, flags, fd, at);
}
void *mmap64(void *where, size_t length, int protection, int flags, int fd, off64_t at) {
  return mmap(where, length, protection, flags, fd, at);
}
int fallocate(int fd, int mode, off_t at, off_t length) {
  UNEXPECTED(fd, "fallocate");
  return REAL(fallocate)(fd, mode, at, length);
}
int posix_fallocate(int fd, off_t at, off_t length) {
  UNEXPECTED(fd, "posix_fallocate");
  return REAL(posix_fallocate)(fd, at, length);
}
ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t length, unsigned flags) {
  UNEXPECTED(out, "copy_file_range");
  return REAL(copy_file_range)(in, from, out, to, length, flags);
}
ssize_t sendfile(int out, int in, off_t *from, size_t length) {
  UNEXPECTED(out, "sendfile");
  return REAL(sendfile)(out, in, from, length);
}
int link(const char *from, const char *to) {
  int result = REAL(link)(from, to);
  if (result == 0 && watched_path(to)) unknown("link");
  return result;
}
