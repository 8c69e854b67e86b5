// SPDX-License-Identifier: GPL-2.0-only
/*
 * mapped: what a program sees of a file that it maps. Prints a word of it, "ok", the name of the
 * error, or "SIGBUS".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf after_fault;

static void fault(int signal)
{
	(void)signal;
	siglongjmp(after_fault, 1);
}

static int misuse(void)
{
	fputs("usage: mapped read FILE OFFSET | write FILE OFFSET VALUE | open FILE SIZE ro|rw\n"
	      "       hold FILE OFFSET\n"
	      "hold says \"mapped\", and reads when its input ends.\n", stderr);
	return 2;
}

static int fail(void)
{
	puts(strerrorname_np(errno));
	return 1;
}

/* A size of 0: the file's own. */
static volatile uint32_t *map(const char *path, size_t size, int writable)
{
	const int fd = open(path, writable ? O_RDWR : O_RDONLY);
	void *at;

	if (fd < 0)
		return NULL;
	if (!size)
		size = (size_t)lseek(fd, 0, SEEK_END);
	at = mmap(NULL, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

/* What was mapped to be read is not made writable later. */
static int stays_read_only(volatile uint32_t *words, size_t size)
{
	return mprotect((void *)words, size, PROT_READ | PROT_WRITE) && errno == EACCES;
}

static int show(const volatile uint32_t *word)
{
	if (sigsetjmp(after_fault, 1)) {
		puts("SIGBUS");
		return 1;
	}
	printf("0x%x\n", *word);
	return 0;
}

static void wait_for_end(void)
{
	char c;

	puts("mapped");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	const char *command = argc > 3 ? argv[1] : "";
	const size_t number = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;
	volatile uint32_t *words;

	signal(SIGBUS, fault);
	if (!strcmp(command, "open") && argc == 5) {
		words = map(argv[2], number, !strcmp(argv[4], "rw"));
		if (!words)
			return fail();
		if (!strcmp(argv[4], "ro") && !stays_read_only(words, number))
			puts("it becomes writable");
		else
			puts("ok");
		return 0;
	}
	if (!strcmp(command, "write") && argc == 5) {
		words = map(argv[2], 0, 1);
		if (!words)
			return fail();
		words[number / 4] = (uint32_t)strtoul(argv[4], NULL, 0);
		return show(words + number / 4);
	}
	if ((strcmp(command, "read") && strcmp(command, "hold")) || argc != 4)
		return misuse();
	words = map(argv[2], 0, 0);
	if (!words)
		return fail();
	if (!strcmp(command, "hold"))
		wait_for_end();
	return show(words + number / 4);
}
