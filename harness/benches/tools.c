/*
 * tools - small tools with nothing around them: measures the kernel's share
 *
 * Makes the system calls that the answers of list-namespaces, listns, set_ns and
 * unshare take, and no others: no options, no types, no advice. `just bench`
 * compiles and runs this program, on this computer and in a machine.
 *
 *     tools list                     the table of list-namespaces --all
 *     tools numbers                  listns --type net, since Linux 6.19
 *     tools join HANDLE COMMAND      set_ns HANDLE COMMAND
 *     tools move COMMAND             unshare --uts COMMAND
 *     tools end                      the command: it ends at once
 *
 * See: namespaces(7), listns(2), setns(2), unshare(2)
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const TYPES[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
};

struct row {
	unsigned long number;
	const char *type;
	int members, pid;
	unsigned uid;
};

struct user {
	unsigned uid;
	char name[64];
};

static struct user users[1024];
static int user_count;

static void read_users(void)
{
	FILE *passwd = fopen("/etc/passwd", "re");
	char line[1024];

	while (passwd && fgets(line, sizeof line, passwd) && user_count < 1024) {
		struct user *user = &users[user_count];

		if (sscanf(line, "%63[^:]:%*[^:]:%u", user->name, &user->uid) == 2)
			user_count++;
	}
	if (passwd)
		fclose(passwd);
}

static int by_number(const void *one, const void *other)
{
	unsigned long a = ((const struct row *)one)->number;
	unsigned long b = ((const struct row *)other)->number;

	return a < b ? -1 : a > b;
}

static int of_pids(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

/* All PIDs, in ascending order: the first member has the lowest one. */
static int *read_pids(size_t *count)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t size = 0;
	int *pids = NULL;

	if (!proc)
		err(1, "/proc");
	*count = 0;
	while ((entry = readdir(proc))) {
		if (!isdigit(entry->d_name[0]))
			continue;
		if (*count == size)
			pids = realloc(pids, (size = 2 * size + 64) * sizeof *pids);
		pids[(*count)++] = atoi(entry->d_name);
	}
	closedir(proc);
	qsort(pids, *count, sizeof *pids, of_pids);
	return pids;
}

static void look_at(int pid, void **rows)
{
	unsigned long numbers[8] = { 0 };
	char path[64], text[64];
	struct stat owner;
	int folder;

	snprintf(path, sizeof path, "/proc/%d/ns", pid);
	folder = open(path, O_PATH);
	if (folder < 0)
		return;
	for (int i = 0; i < 8; i++) {
		ssize_t length = readlinkat(folder, TYPES[i], text, sizeof text - 1);

		text[length < 0 ? 0 : length] = 0;
		if (strchr(text, '['))
			numbers[i] = strtoul(strchr(text, '[') + 1, NULL, 10);
	}
	close(folder);
	snprintf(path, sizeof path, "/proc/%d", pid);
	if (stat(path, &owner) < 0)
		return;
	for (int i = 0; i < 8; i++) {
		struct row key = { .number = numbers[i] }, **row;

		if (!numbers[i])
			continue;
		row = tsearch(&key, rows, by_number);
		if (*row == &key) {
			*row = malloc(sizeof **row);
			**row = (struct row){ numbers[i], TYPES[i], 0, pid, owner.st_uid };
		}
		(*row)->members++;
	}
}

static const char *user_name(unsigned uid)
{
	static char number[16];

	for (int i = 0; i < user_count; i++)
		if (users[i].uid == uid)
			return users[i].name;
	snprintf(number, sizeof number, "%u", uid);
	return number;
}

static ssize_t read_of(int pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int file;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	file = open(path, O_RDONLY);
	if (file < 0)
		return 0;
	length = read(file, text, size);
	close(file);
	return length;
}

static void print_row(const void *node, VISIT visit, int depth)
{
	const struct row *row = *(struct row *const *)node;
	char command[4096];
	ssize_t length;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	length = read_of(row->pid, "cmdline", command, sizeof command - 1);
	if (length <= 0)
		length = read_of(row->pid, "comm", command, sizeof command - 1);
	for (ssize_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)command[i]))
			command[i] = ' ';
	while (length > 0 && command[length - 1] == ' ')
		length--;
	command[length > 0 ? length : 0] = 0;
	printf("%10lu %-6s %6d %7d %-8s %.39s\n", row->number, row->type,
	       row->members, row->pid, user_name(row->uid), command);
}

static int list(void)
{
	static char buffer[1 << 20];
	size_t count;
	int *pids = read_pids(&count);
	void *rows = NULL;

	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	read_users();
	for (size_t i = 0; i < count; i++)
		look_at(pids[i], &rows);
	puts("        NS TYPE   NPROCS     PID USER     COMMAND");
	twalk(rows, print_row);
	return fflush(stdout);
}

/* struct ns_id_req of linux/nsfs.h, and the number of listns(2). */
struct question {
	uint32_t size, spare;
	uint64_t after;
	uint32_t type, spare2;
	uint64_t owner;
};

#define LISTNS 470

static int print_numbers(void)
{
	struct question question = { .size = sizeof question, .type = CLONE_NEWNET };
	static char buffer[1 << 20];
	uint64_t page[512];
	long count;

	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	puts("ID");
	do {
		count = syscall(LISTNS, &question, page, 512, 0);
		if (count < 0)
			err(1, "listns");
		for (long i = 0; i < count; i++)
			printf("net:%lu\n", (unsigned long)page[i]);
		question.after = count ? page[count - 1] : 0;
	} while (count == 512);
	return fflush(stdout);
}

static int execute(char **command)
{
	execvp(command[0], command);
	err(127, "%s", command[0]);
}

static int join(const char *handle, char **command)
{
	int namespace = open(handle, O_RDONLY | O_CLOEXEC);

	if (namespace < 0 || setns(namespace, 0) < 0)
		err(1, "%s", handle);
	return execute(command);
}

static int move(char **command)
{
	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");
	return execute(command);
}

int main(int count, char **words)
{
	if (count == 2 && !strcmp(words[1], "end"))
		return 0;
	if (count == 2 && !strcmp(words[1], "list"))
		return list();
	if (count == 2 && !strcmp(words[1], "numbers"))
		return print_numbers();
	if (count > 3 && !strcmp(words[1], "join"))
		return join(words[2], words + 3);
	if (count > 2 && !strcmp(words[1], "move"))
		return move(words + 2);
	errx(2, "tools list | numbers | join HANDLE COMMAND | move COMMAND | end");
}
