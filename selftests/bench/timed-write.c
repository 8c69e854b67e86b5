// SPDX-License-Identifier: GPL-2.0-only
/*
 * timed-write: writes to an attribute and prints the TSC ticks that passed, from the
 * write to the end of the close, which is where binary attributes do their work.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t read_file(const char *path, char **data)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	*data = malloc((size_t)st.st_size);
	if (!*data || read(fd, *data, (size_t)st.st_size) != st.st_size)
		die(path);
	close(fd);
	return (size_t)st.st_size;
}

int main(int argc, char **argv)
{
	unsigned long long begin, end;
	size_t size;
	char *data;
	int fd;

	if (argc == 3) {
		data = argv[2];
		size = strlen(data);
	} else if (argc == 4 && !strcmp(argv[2], "--from")) {
		size = read_file(argv[3], &data);
	} else {
		fputs("usage: timed-write FILE TEXT | FILE --from SOURCE\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_WRONLY | O_TRUNC);
	if (fd < 0)
		die(argv[1]);
	begin = __rdtsc();
	if (write(fd, data, size) != (ssize_t)size)
		die(argv[1]);
	if (close(fd))
		die(argv[1]);
	end = __rdtsc();
	printf("%llu\n", end - begin);
	return 0;
}
