/* A disk that loses what nobody waited for: fsync and fdatasync note what would survive a power cut.
 *
 * Loaded with LD_PRELOAD into everything that writes below DISK_ROOT: Python, libgit2, SQLite, git. Where a file is
 * synced, its content goes to DISK_RECORD/<key>; where a folder is, its names and their keys. disk.py puts a tree
 * together from that. A key is an inode and when it was born, as numbers of inodes are used again.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int key_at(int folder, const char *name, char *key, size_t length, int *is_folder) {
    struct statx about;
    if (statx(folder, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME | STATX_TYPE, &about)) return -1;
    *is_folder = S_ISDIR(about.stx_mode);
    snprintf(key, length, "%c%llu-%lld.%u", *is_folder ? 'd' : 'f', (unsigned long long)about.stx_ino,
             (long long)about.stx_btime.tv_sec, about.stx_btime.tv_nsec);
    return 0;
}

/* For disk.py. */
int disk_key(const char *path, char *key, size_t length) {
    int is_folder;
    return key_at(AT_FDCWD, path, key, length, &is_folder);
}

static void write_names(int handle, FILE *out) {
    char path[64], key[96];
    int is_folder;
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (!key_at(dirfd(folder), entry->d_name, key, sizeof key, &is_folder)) fprintf(out, "%s %s\n", key, entry->d_name);
    }
    closedir(folder);
}

static void write_content(int handle, FILE *out) {
    static __thread char piece[1 << 16];
    ssize_t got;
    for (off_t at = 0; (got = pread(handle, piece, sizeof piece, at)) > 0; at += got) fwrite(piece, 1, got, out);
}

static void note(int handle) {
    const char *root = getenv("DISK_ROOT"), *record = getenv("DISK_RECORD");
    char link[64], path[4096], key[96], draft[4300], final[4300], readable[64];
    int is_folder;
    if (!root || !record) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    if (strncmp(path, root, strlen(root))) return;
    if (key_at(handle, "", key, sizeof key, &is_folder)) return;
    snprintf(final, sizeof final, "%s/lock", record);
    int lock = open(final, O_CREAT | O_RDWR, 0600);
    if (lock < 0) return;
    flock(lock, LOCK_EX);
    snprintf(draft, sizeof draft, "%s/draft-%d", record, (int)syscall(SYS_gettid));
    snprintf(final, sizeof final, "%s/%s", record, key);
    FILE *out = fopen(draft, "w");
    if (out) {
        snprintf(readable, sizeof readable, "/proc/self/fd/%d", handle);
        int reader = is_folder ? -1 : open(readable, O_RDONLY);
        is_folder ? write_names(handle, out) : write_content(reader, out);
        if (reader >= 0) close(reader);
        fclose(out);
        rename(draft, final);
    }
    close(lock);
}

int fsync(int handle) {
    note(handle);
    return 0;
}

int fdatasync(int handle) {
    note(handle);
    return 0;
}
