/* runtime/plugin.c - the search for driver plugins. Plugins whose file name holds the family (or the kind, where no family is asked for) come first,
 * so that the simulator of one family does not cost the loading of another's libraries. */
#define _GNU_SOURCE
#include "runtime/plugin.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define PREFIX "libtrine-driver-"
#define SUFFIX ".so"

enum { MOST_PLUGINS = 64 };

typedef struct search {
    const char *kind, *family;
    const tri_driver *found;
    tri_text tried;     /* a line for each plugin that would not do, and why */
    tri_status *absent; /* why the right driver does not work here */
} search;

bool tri_driver_lists(const char *list, const char *item)
{
    size_t n = strlen(item);
    while (list && *list) {
        size_t word = strcspn(list, ",");
        if (word == n && !memcmp(list, item, n)) return true;
        list += word + (list[word] == ',');
    }
    return false;
}

static bool complete(const tri_driver *d)
{
    return d->name && d->device_kind && d->code && d->open && d->close && d->allocate && d->release && d->write && d->read && d->copy && d->load &&
           d->unload && d->launch && !d->finish == !d->identify && !d->finish == !d->mark && !d->finish == !d->elapsed;
}

/* Opens one plugin and takes its driver when it is the one that is looked for. */
static void try_plugin(search *s, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        const char *why = dlerror();
        tri_text_addf(&s->tried, "%s cannot be loaded: %s\n", path, why ? why : "unknown reason");
        return;
    }
    const tri_driver *(*entry)(void) = NULL;
    void *symbol = dlsym(library, TRI_DRIVER_ENTRY);
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from an object pointer to a function pointer */
    const tri_driver *driver = entry ? entry() : NULL;
    dlclose(library); /* RTLD_NODELETE: it stays mapped */
    if (!driver) {
        tri_text_addf(&s->tried, "%s has no " TRI_DRIVER_ENTRY "\n", path);
        return;
    }
    if (driver->abi != TRI_DRIVER_ABI) {
        tri_text_addf(&s->tried, "%s is made for driver interface %u, this libtrine has %d\n", path, driver->abi, TRI_DRIVER_ABI);
        return;
    }
    if (!complete(driver)) {
        tri_text_addf(&s->tried, "%s leaves out functions that every driver must have\n", path);
        return;
    }
    if (strcmp(driver->device_kind, s->kind) || (s->family && driver->families && !tri_driver_lists(driver->families, s->family))) return;
    tri_status *absent = driver->probe ? driver->probe() : NULL;
    if (!absent)
        s->found = driver;
    else if (!s->absent)
        s->absent = absent;
    else
        tri_status_free(absent);
}

/* The stem of a plugin's file name, or null: "ptx-sim" of libtrine-driver-ptx-sim.so. */
static const char *plugin_stem(const char *file, size_t *out_n)
{
    size_t n = strlen(file), prefix = strlen(PREFIX), suffix = strlen(SUFFIX);
    if (n <= prefix + suffix || memcmp(file, PREFIX, prefix) || memcmp(file + n - suffix, SUFFIX, suffix)) return NULL;
    *out_n = n - prefix - suffix;
    return file + prefix;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void try_folder(search *s, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) return;
    char *names[MOST_PLUGINS];
    size_t n = 0, ignored;
    for (struct dirent *entry; n < MOST_PLUGINS && (entry = readdir(dir));) {
        if (!plugin_stem(entry->d_name, &ignored)) continue;
        size_t bytes = strlen(entry->d_name) + 1;
        names[n] = malloc(bytes);
        if (names[n])
            memcpy(names[n++], entry->d_name, bytes);
        else
            s->tried.failed = true;
    }
    closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    const char *hint = s->family ? s->family : s->kind;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n && !s->found; i++) {
            bool first = strstr(names[i] + strlen(PREFIX), hint) != NULL;
            char path[PATH_MAX];
            if (first == (pass == 0) && snprintf(path, sizeof path, "%s/%s", folder, names[i]) < (int)sizeof path) try_plugin(s, path);
        }
    for (size_t i = 0; i < n; i++) free(names[i]);
}

/* The folders that an installation and a build tree have around the file `origin`. */
static void try_around(search *s, const char *origin)
{
    static const char *const places[] = {"", "/lib", "/trine", "/../lib", "/../lib/trine", "/../" TRINE_LIBDIR "/trine"};
    const char *slash = strrchr(origin, '/');
    for (size_t i = 0; slash && i < sizeof places / sizeof *places && !s->found; i++) {
        char folder[PATH_MAX];
        if (snprintf(folder, sizeof folder, "%.*s%s", (int)(slash - origin), origin, places[i]) < (int)sizeof folder) try_folder(s, folder);
    }
}

tri_status *tri_driver_find(const char *kind, const char *family, const tri_driver **out_driver)
{
    search s = {.kind = kind, .family = family};
    const char *chosen = getenv("TRINE_DRIVERS");
    if (chosen && *chosen) try_folder(&s, chosen);
    Dl_info self;
    static const char here; /* an address in whatever file this code became part of */
    if (!s.found && dladdr(&here, &self) && self.dli_fname) try_around(&s, self.dli_fname);
    char program[PATH_MAX];
    ssize_t n = s.found ? -1 : readlink("/proc/self/exe", program, sizeof program - 1);
    if (n > 0) {
        program[n] = 0;
        try_around(&s, program);
    }
    tri_status *status = tri_text_status(&s.tried);
    if (s.found) {
        tri_status_free(s.absent);
    } else if (s.absent) {
        tri_status_free(status);
        status = s.absent;
    } else if (!status) {
        static const char advice[] = "TRINE_DRIVERS names a folder of " PREFIX "*" SUFFIX " files";
        if (family)
            status = tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "no %s driver for chips of family %s is installed; %s", kind, family, advice);
        else
            status = tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "no driver for %s devices is installed; %s", kind, advice);
        for (const char *line = tri_text_string(&s.tried); *line; line += strcspn(line, "\n") + 1)
            status = tri_note(status, "%.*s", (int)strcspn(line, "\n"), line);
    }
    tri_text_free(&s.tried);
    *out_driver = s.found;
    return status;
}
