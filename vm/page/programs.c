/* Starts the program that the name of this one asks for: all programs of the
 * machine of the page are linked into one, which has a name for each. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM(name, symbol) int symbol(int, char **);
#include "programs.h"
#undef PROGRAM

#define PROGRAM(name, symbol) {name, symbol},
static const struct {
    const char *name;
    int (*main)(int, char **);
} programs[] = {
#include "programs.h"
};

/* PID 1 has this name in an initramfs. */
static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strcmp(name, "init") ? name : "guest";
}

static void start(const char *path, int argc, char **argv)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (!strcmp(file_of(path), programs[i].name))
            exit(programs[i].main(argc, argv));
}

/* The setup of an exercise links PID 1 there under new names, see hold.bash. */
static int is_witness(const char *path)
{
    const char folder[] = "/usr/local/bin/";
    return !strncmp(path, folder, sizeof folder - 1);
}

int main(int argc, char **argv)
{
    /* A caller is free to choose the first word. */
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        start(path, argc, argv);
        if (is_witness(path))
            start("guest", argc, argv);
    }
    if (argc > 0)
        start(argv[0], argc, argv);
    fprintf(stderr, "%s: the machine of the page has no such program\n",
            argc > 0 ? argv[0] : "");
    return 127;
}
