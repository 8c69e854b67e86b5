// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal: runs a command on a terminal of its own, and does what somebody in front of it does.
 * Prints "ok", or what went wrong and what the terminal has shown.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE_MS	30000
#define TURN_MS		100

static char shown[65536];
static size_t length, seen;

static int misuse(void)
{
	fputs("usage: terminal STEP... -- COMMAND [ARGUMENT]...\n"
	      "STEP: see TEXT (waits for it, behind what was seen before), type TEXT, kill SIGNAL,\n"
	      "      run TEXT (a command line, and waits for it),\n"
	      "      end STATUS (waits for that, and the terminal has to be as it was)\n", stderr);
	return 2;
}

static int fail(const char *what, const char *text)
{
	printf("%s '%s', the terminal shows: %.*s\n", what, text, (int)length, shown);
	return 1;
}

/* Return: has something come in @ms milliseconds? */
static int take(int terminal, int ms)
{
	struct pollfd poll_fd = { .fd = terminal, .events = POLLIN };
	ssize_t got;

	if (poll(&poll_fd, 1, ms) != 1)
		return 0;
	got = read(terminal, shown + length, sizeof(shown) - 1 - length);
	if (got <= 0)
		return 0;
	length += (size_t)got;
	return 1;
}

static int see(int terminal, const char *text)
{
	const char *found;

	while (!(found = memmem(shown + seen, length - seen, text, strlen(text))))
		if (!take(terminal, PATIENCE_MS))
			return fail("never seen:", text);
	seen = (size_t)(found - shown) + strlen(text);
	return 0;
}

/* Whoever prints does not have to wait for a reader meanwhile. */
static int await_end(int terminal, pid_t command, const char *status,
		     const struct termios *before)
{
	struct termios after = { 0 };
	int result, turns = PATIENCE_MS / TURN_MS;

	while (waitpid(command, &result, WNOHANG) == 0)
		if (!take(terminal, TURN_MS) && !turns--)
			return fail("does not end with", status);
	if (!WIFEXITED(result) || WEXITSTATUS(result) != atoi(status)) {
		printf("wait status 0x%x: ", result);
		return fail("does not exit with", status);
	}
	if (tcgetattr(terminal, &after) || memcmp(before, &after, sizeof(after)))
		return fail("leaves the terminal as it was not:", status);
	return 0;
}

static int step(int terminal, pid_t command, const char *what, const char *text,
		const struct termios *before)
{
	if (!strcmp(what, "see"))
		return see(terminal, text);
	if (!strcmp(what, "type"))
		return write(terminal, text, strlen(text)) < 0 ? fail("cannot type", text) : 0;
	if (!strcmp(what, "kill"))
		return kill(command, atoi(text)) ? fail("cannot kill with", text) : 0;
	if (!strcmp(what, "run"))
		return system(text) ? fail("does not succeed:", text) : 0;
	if (!strcmp(what, "end"))
		return await_end(terminal, command, text, before);
	return misuse();
}

/* The child has the other side, which is its controlling terminal. */
static pid_t start(int other, char **argv)
{
	const pid_t command = fork();

	if (command)
		return command;
	setsid();
	ioctl(other, TIOCSCTTY, 0);
	dup2(other, STDIN_FILENO);
	dup2(other, STDOUT_FILENO);
	dup2(other, STDERR_FILENO);
	execvp(*argv, argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios before = { 0 };
	int other, n, steps, err = 0;
	pid_t command;

	for (steps = 1; steps < argc && strcmp(argv[steps], "--"); steps++)
		;
	if (steps + 1 >= argc || steps % 2 == 0)
		return misuse();
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
		return fail("there is no", "terminal");
	/* Open here as well: what it was set to lasts as long as somebody has it open. */
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (other < 0 || tcgetattr(terminal, &before))
		return fail("there is no", "terminal");
	command = start(other, argv + steps + 1);
	for (n = 1; n < steps && !err; n += 2)
		err = step(terminal, command, argv[n], argv[n + 1], &before);
	if (!err)
		puts("ok");
	return err;
}
