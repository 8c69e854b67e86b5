// SPDX-License-Identifier: GPL-2.0-only
/*
 * hung DIR FILE READS [cached]: mounts a file system at DIR, in which there is one file, "image",
 * that is what FILE is. It answers so many reads and then no more, as one on a network whose server
 * has gone: at that moment DIR.hung appears. Goes on in the background, with its number in DIR.pid;
 * when it is killed, who waits gets an error. After SIGUSR1 it answers all. Who waits for it cannot
 * be killed, but for who waits for the cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fuse.h>

#define IMAGE	2

static int fuse, image;
static off_t size;
static long reads;
static bool cached;
static const char *directory;
static sigset_t go_on;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void answer(const struct fuse_in_header *in, int error, const void *data, size_t bytes)
{
	static char buffer[sizeof(struct fuse_out_header) + (1 << 20)];
	struct fuse_out_header out = {
		.len = (uint32_t)(sizeof(out) + bytes), .error = -error, .unique = in->unique,
	};

	memcpy(buffer, &out, sizeof(out));
	memcpy(buffer + sizeof(out), data, bytes);
	if (write(fuse, buffer, out.len) < 0 && errno != ENOENT)
		fail("answer");
}

static struct fuse_attr attributes(uint64_t node)
{
	return (struct fuse_attr){
		.ino = node, .size = node == IMAGE ? (uint64_t)size : 0,
		.mode = node == IMAGE ? S_IFREG | 0400 : S_IFDIR | 0700, .nlink = 1,
	};
}

static void look_up(const struct fuse_in_header *in)
{
	struct fuse_entry_out entry = { .nodeid = IMAGE, .attr = attributes(IMAGE) };

	if (strcmp((const char *)(in + 1), "image"))
		answer(in, ENOENT, NULL, 0);
	else
		answer(in, 0, &entry, sizeof(entry));
}

static void touch(const char *suffix, long value)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s.%s", directory, suffix);
	file = fopen(path, "w");
	if (!file || fprintf(file, "%ld\n", value) < 0 || fclose(file))
		fail(path);
}

/* It is blocked otherwise: whoever sends it need not know that it is waited for already. */
static void wait_to_go_on(void)
{
	int number;

	if (sigwait(&go_on, &number))
		fail("sigwait");
}

static void read_image(const struct fuse_in_header *in)
{
	const struct fuse_read_in *wanted = (const void *)(in + 1);
	static char bytes[1 << 20];
	ssize_t got;

	if (!reads--) {
		touch("hung", 1);
		wait_to_go_on();
		reads = LONG_MAX;
	}
	got = pread(image, bytes, wanted->size < sizeof(bytes) ? wanted->size : sizeof(bytes),
		    (off_t)wanted->offset);
	answer(in, got < 0 ? errno : 0, bytes, got < 0 ? 0 : (size_t)got);
}

static void serve(const struct fuse_in_header *in)
{
	const struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
		.max_write = 4096, .max_background = 1,
		.flags = FUSE_ASYNC_READ, .max_readahead = 1 << 17,
	};
	const struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
	/* Each read of who uses it is one of the file. */
	const struct fuse_open_out open = { .open_flags = cached ? 0 : FOPEN_DIRECT_IO };

	switch (in->opcode) {
	case FUSE_INIT:
		answer(in, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		look_up(in);
		break;
	case FUSE_GETATTR:
		answer(in, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
		answer(in, 0, &open, sizeof(open));
		break;
	case FUSE_READ:
		read_image(in);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		answer(in, 0, NULL, 0);
		break;
	default:
		answer(in, ENOSYS, NULL, 0);
		break;
	}
}

static void mount_it(void)
{
	char options[80];

	fuse = open("/dev/fuse", O_RDWR);
	if (fuse < 0)
		fail("/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (mount("hung", directory, "fuse", MS_NOSUID | MS_NODEV, options))
		fail(directory);
}

int main(int argc, char **argv)
{
	static union {
		struct fuse_in_header header;
		char bytes[1 << 17];
	} request;
	pid_t pid;

	if (argc != 4 && argc != 5)
		return 2;
	directory = argv[1];
	image = open(argv[2], O_RDONLY);
	size = lseek(image, 0, SEEK_END);
	reads = atol(argv[3]);
	cached = argc == 5 && !strcmp(argv[4], "cached");
	if (size < 0)
		fail(argv[2]);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGUSR1);
	sigprocmask(SIG_BLOCK, &go_on, NULL);
	mount_it();
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid) {
		touch("pid", pid);
		return 0;
	}
	while (read(fuse, &request, sizeof(request)) > 0)
		serve(&request.header);
	return 0;
}
