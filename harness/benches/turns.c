/*
 * turns - runs commands in turns, and prints how long each run took
 *
 *     turns ROUNDS PROCESSES TYPE -- COMMAND... [-- COMMAND...]...
 *
 * Meanwhile so many processes stand by, each a member of a namespace of its own
 * of this type, uts or net. Each round begins with another command, and a first
 * round does not count. A command's line is its number, its largest resident
 * set in KiB, and the seconds of each round, from the start to the end; or the
 * word "failed" and the reason. `just bench` compiles and runs this program, on
 * this computer and in a machine: the clock is where the command is.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 8

extern char **environ;

static struct contender {
	char **words;
	char failure[128];
	long memory;
	double *seconds;
} contenders[MOST];
static int contender_count;

/* Starts the processes, and returns when all are in their namespaces. */
static void gather(int processes, int type)
{
	int ready[2];
	char word;

	if (pipe(ready) < 0)
		err(1, "pipe");
	for (int i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			err(1, "fork");
		if (child > 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(type) < 0)
			err(1, "unshare");
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		exit(1);
	}
	close(ready[1]);
	for (int i = 0; i < processes; i++)
		if (read(ready[0], &word, 1) != 1)
			errx(1, "processes have ended");
	close(ready[0]);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* Runs a command without output, and returns its seconds. */
static double run(struct contender *contender)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	double begin;
	int status, error;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	begin = now();
	error = posix_spawn(&child, contender->words[0], &actions, NULL,
			    contender->words, environ);
	if (error) {
		snprintf(contender->failure, sizeof contender->failure, "%s: %s",
			 contender->words[0], strerror(error));
		return 0;
	}
	while (wait4(child, &status, 0, &usage) != child)
		;
	begin = now() - begin;
	posix_spawn_file_actions_destroy(&actions);
	if (status)
		snprintf(contender->failure, sizeof contender->failure,
			 "%s: wait status %#x", contender->words[0], status);
	if (usage.ru_maxrss > contender->memory)
		contender->memory = usage.ru_maxrss;
	return begin;
}

static void compete(int rounds)
{
	for (int round = 0; round <= rounds; round++) {
		for (int turn = 0; turn < contender_count; turn++) {
			int index = (turn + round) % contender_count;
			struct contender *contender = &contenders[index];

			if (!*contender->failure)
				contender->seconds[round] = run(contender);
		}
	}
}

static void print(int rounds)
{
	for (int i = 0; i < contender_count; i++) {
		struct contender *contender = &contenders[i];

		if (*contender->failure) {
			printf("row %d failed %s\n", i, contender->failure);
			continue;
		}
		printf("row %d %ld", i, contender->memory);
		for (int round = 1; round <= rounds; round++)
			printf(" %.7f", contender->seconds[round]);
		puts("");
	}
}

int main(int count, char **words)
{
	int rounds, processes, type;

	if (count < 6)
		errx(2, "turns ROUNDS PROCESSES TYPE -- COMMAND...");
	rounds = atoi(words[1]);
	processes = atoi(words[2]);
	type = strcmp(words[3], "net") ? CLONE_NEWUTS : CLONE_NEWNET;
	for (int i = 4; i < count; i++) {
		if (strcmp(words[i], "--"))
			continue;
		if (contender_count == MOST)
			errx(2, "too many commands");
		words[i] = NULL;
		contenders[contender_count++] = (struct contender){
			.words = words + i + 1,
			.seconds = calloc(rounds + 1, sizeof(double)),
		};
	}
	setpgid(0, 0);
	gather(processes, type);
	compete(rounds);
	print(rounds);
	/* In a process group of our own: nobody else is told to end. */
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return 0;
}
