// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm-out TOKEN COMMAND [ARGUMENT]...
 *
 * The way out of the test machine: runs COMMAND and copies what it prints to
 * port 0xe9, which the emulators hand to the host. A serial port would do for
 * that, but all of them are in use by somebody who prints there, too.
 *
 * The output stands between the lines "@@TOKEN begins" and "@@TOKEN ends N"
 * with the exit status N; only host and machine know the TOKEN of a run.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEBUG_PORT	0xe9

static void fail(const char *what)
{
	perror(what);
	exit(127);
}

static void put(const char *text, size_t size)
{
	outsb(DEBUG_PORT, text, size);
}

static void put_line(const char *token, const char *text)
{
	char line[200];

	put(line, snprintf(line, sizeof(line), "@@%s %s\n", token, text));
}

static pid_t start(char **command, int output)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		dup2(output, STDOUT_FILENO);
		dup2(output, STDERR_FILENO);
		execvp(command[0], command);
		fail(command[0]);
	}
	return pid;
}

/* Copies what is in the pipe. Returns how the last line stands: ended or not. */
static int drain(int pipe, int ended)
{
	char text[4096];
	ssize_t size;

	while ((size = read(pipe, text, sizeof(text))) > 0) {
		put(text, size);
		ended = text[size - 1] == '\n';
	}
	return ended;
}

/* What the command left running may hold the pipe: its own end is the end. */
static int copy_until_exit(int pipe, pid_t pid)
{
	struct pollfd fds[2] = {
		{ .fd = pipe, .events = POLLIN },
		{ .fd = pidfd_open(pid, 0), .events = POLLIN },
	};
	int ended = 1, status;

	if (fds[1].fd < 0)
		fail("pidfd_open");
	while (!fds[1].revents) {
		if (poll(fds, 2, -1) < 0)
			fail("poll");
		ended = drain(pipe, ended);
	}
	ended = drain(pipe, ended);
	if (!ended)
		put("\n", 1);
	if (waitpid(pid, &status, 0) < 0)
		fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	char end[40];
	int pipes[2];

	if (argc < 3) {
		fputs("usage: vm-out TOKEN COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	if (ioperm(DEBUG_PORT, 1, 1))
		fail("ioperm");
	if (pipe2(pipes, O_CLOEXEC))
		fail("pipe");
	put_line(argv[1], "begins");
	pid_t pid = start(argv + 2, pipes[1]);

	close(pipes[1]);
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	snprintf(end, sizeof(end), "ends %d", copy_until_exit(pipes[0], pid));
	put_line(argv[1], end);
	return 0;
}
