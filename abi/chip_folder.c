/* abi/chip_folder.c - where chip files lie: the folder, the names in it, and the file of a name. */
#define _GNU_SOURCE /* dladdr */
#include "abi/chip_private.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char suffix[] = ".chip";

/* Found once: "" when nothing lies beside the program. */
static char installed[PATH_MAX];
static pthread_once_t installed_once = PTHREAD_ONCE_INIT;

/* PREFIX/bin/program, PREFIX/lib/libtrine.so, PREFIX/lib/MACHINE/libtrine.so -> PREFIX/share/trine/chips */
static void find_installed_around(const char *file)
{
    static const char below[] = "/share/trine/chips";
    char path[PATH_MAX];
    if (*installed || !realpath(file, path)) return;
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(path, '/');
        if (!slash) return;
        *slash = 0;
        size_t prefix = strlen(path);
        if (up < 1 || prefix + sizeof below > sizeof path) continue;
        memcpy(path + prefix, below, sizeof below);
        if (!access(path, R_OK | X_OK)) {
            memcpy(installed, path, prefix + sizeof below);
            return;
        }
        path[prefix] = 0;
    }
}

static void find_installed(void)
{
    Dl_info self;
    static const char here; /* an address in whatever file this code became part of: libtrine, a plugin, a program */
    if (dladdr(&here, &self) && self.dli_fname) find_installed_around(self.dli_fname);
    find_installed_around("/proc/self/exe");
}

const char *tri_chip_folder(void)
{
    const char *chosen = getenv("TRINE_CHIPS");
    if (chosen && *chosen) return chosen;
    pthread_once(&installed_once, find_installed);
    return *installed ? installed : TRINE_CHIP_SOURCE_FOLDER;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void free_names(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++) free(names[i]);
    free(names);
}

tri_status *tri_chip_names(char ***out_names, size_t *out_n)
{
    enum { NAMES_MOST = 10000 };
    const char *folder = tri_chip_folder();
    tri_loc loc = {.file = folder};
    DIR *dir = opendir(folder);
    if (!dir) return tri_error(TRI_INVALID, loc, "cannot list the chip folder: %s; TRINE_CHIPS names another one", strerror(errno));
    char **names = NULL;
    size_t n = 0, room = 0;
    tri_status *status = NULL;
    for (struct dirent *entry; !status && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name);
        if (length < sizeof suffix || strcmp(entry->d_name + length - (sizeof suffix - 1), suffix)) continue;
        length -= sizeof suffix - 1;
        if (!tri_chip_is_name(entry->d_name, length)) continue;
        if (n == NAMES_MOST) status = tri_error(TRI_INVALID, loc, "more than %d chips in one folder", NAMES_MOST);
        if (n == room && !status) {
            char **grown = realloc(names, (room = room ? room * 2 : 32) * sizeof *names);
            if (grown) names = grown;
            else status = tri_error(TRI_NO_MEMORY, loc, "no memory for the names of %zu chips", room);
        }
        if (!status && !(names[n] = strndup(entry->d_name, length))) status = tri_error(TRI_NO_MEMORY, loc, "no memory for the name of a chip");
        if (!status) n++;
    }
    closedir(dir);
    if (status) {
        free_names(names, n);
        return status;
    }
    if (n) qsort(names, n, sizeof *names, by_name);
    *out_names = names;
    *out_n = n;
    return NULL;
}

/* How many bytes must be put in, left out or changed to make `a` of `b`; names are short. */
static size_t distance(const char *a, const char *b)
{
    size_t row[TRI_CHIP_KEY_MOST + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++) row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = diagonal + (*a != b[j - 1]);
            diagonal = row[j];
            row[j] = change < row[j] + 1 ? change : row[j] + 1;
            if (row[j - 1] + 1 < row[j]) row[j] = row[j - 1] + 1;
        }
    }
    return row[n];
}

static tri_status *unknown(const char *name, tri_code code, tri_loc loc)
{
    char **names;
    size_t n;
    tri_status *no_list = tri_chip_names(&names, &n);
    if (no_list) return tri_join(tri_error(code, loc, "there is no chip '%s'", name), no_list);
    const char *nearest = NULL;
    size_t least = 3; /* further away is no slip of the finger */
    tri_text known = {0};
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(names[i], name);
        if (d < least) {
            least = d;
            nearest = names[i];
        }
        tri_text_addf(&known, "%s%s", i ? ", " : "", names[i]);
    }
    tri_status *status = nearest ? tri_error(code, loc, "there is no chip '%s'; did you mean '%s'?", name, nearest)
                                 : tri_error(code, loc, "there is no chip '%s'", name);
    status = tri_note(status, "the chips in %s: %s", tri_chip_folder(), n ? tri_text_string(&known) : "none");
    tri_text_free(&known);
    free_names(names, n);
    return status;
}

/* folder[0, n) + name + ".chip", on the heap. */
static char *join_path(const char *folder, size_t n, const char *name)
{
    size_t name_n = strlen(name);
    char *path = malloc(n + 1 + name_n + sizeof suffix);
    if (!path) return NULL;
    memcpy(path, folder, n);
    if (n && path[n - 1] != '/') path[n++] = '/';
    memcpy(path + n, name, name_n);
    memcpy(path + n + name_n, suffix, sizeof suffix);
    return path;
}

tri_status *tri_chip_find_file(const char *name, const char *from, tri_code code, tri_loc loc, char **out_path)
{
    if (!tri_chip_is_name(name, strlen(name)))
        return tri_error(code, loc, "this is no name of a chip (letters, digits, _-.+, at most %d bytes); a path holds a slash or ends in .chip",
                         TRI_CHIP_KEY_MOST);
    const char *slash = from ? strrchr(from, '/') : NULL, *folder = tri_chip_folder();
    char *path = NULL;
    if (from) {
        path = join_path(from, slash ? (size_t)(slash - from) + 1 : 0, name);
        if (path && !access(path, R_OK)) {
            *out_path = path;
            return NULL;
        }
        free(path);
    }
    path = join_path(folder, strlen(folder), name);
    if (!path) return tri_error(TRI_NO_MEMORY, loc, "no memory for the path of a chip");
    if (access(path, F_OK)) {
        free(path);
        return unknown(name, code, loc);
    }
    *out_path = path;
    return NULL;
}
