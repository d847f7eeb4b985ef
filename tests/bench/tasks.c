/* Threads of a program, counted from /proc. */
#include "tests/bench/tasks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of a thread's file that begins with the key, behind it; 0: none. */
static double number(pid_t program, const char *task, const char *file, const char *key)
{
    char path[128], line[512];
    double value = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%.20s/%s", (int)program, task, file);
    FILE *stream = fopen(path, "r");
    while (stream && fgets(line, sizeof line, stream))
        if (strncmp(line, key, strlen(key)) == 0) {
            value = strtod(line + strlen(key), NULL);
            break;
        }
    if (stream)
        fclose(stream);
    return value;
}

struct tasks tasks_read(pid_t program)
{
    struct tasks tasks = {0};
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)program);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        double seconds = number(program, entry->d_name, "schedstat", "") / 1e9;
        tasks.n++;
        tasks.switches +=
            (long)number(program, entry->d_name, "status", "voluntary_ctxt_switches:");
        tasks.all += seconds;
        if (atoi(entry->d_name) == program)
            tasks.first = seconds;
    }
    if (folder)
        closedir(folder);
    return tasks;
}
