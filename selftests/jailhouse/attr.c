// SPDX-License-Identifier: GPL-2.0-only
/*
 * attr: one system call on a file, and its outcome as a word: "ok" or the name
 * of the error. Shells differ in what they say of a failed write.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static int misuse(void)
{
	fputs("usage: attr write FILE TEXT | copy FILE SOURCE [BLOCK_SIZE] |\n"
	      "       read FILE | kcore FILE | poll FILE | mkdir DIR | rmdir DIR | unload MODULE |\n"
	      "       kvm | kvm-hold | perf | deadline PERCENT | fragment MIB GAP | flood ADDRESS\n"
	      "       fail N write|copy|mkdir ... | alarm MS write ...\n"
	      "Prints \"ok\", or the error's name and exits 1.\n"
	      "fail has the Nth allocation fail and prints, too, how many there were, 1 if\n"
	      "one failed, and whose that was (see faults/). alarm sends itself a signal.\n"
	      "fragment fills MIB MiB with what the kernel cannot move, and frees all but a page in\n"
	      "each GAP MiB. It, kvm-hold and deadline keep what they have until end of input.\n"
	      "flood sends datagrams to an Ethernet's broadcast address until it is killed.\n",
	      stderr);
	return 2;
}

/* Of jailhouse-faults.ko, while commands run with a fault. */
static int faults = -1;
static const char *faulty_allocation;

static void begin_fault(void)
{
	if (faults >= 0 && write(faults, faulty_allocation, strlen(faulty_allocation)) < 0)
		perror("begin_fault");
}

/* Keeps errno. */
static void end_fault(void)
{
	int error = errno;

	if (faults >= 0 && write(faults, "0", 1) < 0)
		perror("end_fault");
	errno = error;
}

static int do_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	size_t size = strlen(text);
	ssize_t ret;

	if (fd < 0)
		return -errno;
	begin_fault();
	ret = write(fd, text, size);
	end_fault();
	if (ret < 0)
		ret = -errno;
	else if ((size_t)ret != size)
		ret = -EIO;
	if (close(fd) && ret >= 0)
		ret = -errno;
	return ret < 0 ? (int)ret : 0;
}

/* Also an empty source is written once, with a size of 0. */
static int copy_blocks(int to, int from, char *block, size_t block_size)
{
	ssize_t size = read(from, block, block_size);

	do {
		if (size < 0 || write(to, block, (size_t)size) != size)
			return -errno;
		size = read(from, block, block_size);
	} while (size);
	return 0;
}

static int do_copy(const char *path, const char *source, size_t block_size)
{
	int from = open(source, O_RDONLY);
	int to = open(path, O_WRONLY | O_TRUNC);
	char *block = malloc(block_size);
	int ret;

	if (from < 0 || to < 0 || !block)
		return -errno;
	ret = copy_blocks(to, from, block, block_size);
	/* It is taken now, and not before. */
	begin_fault();
	if (close(to) && !ret)
		ret = -errno;
	end_fault();
	return ret;
}

static int do_read(const char *path)
{
	char buffer[4096];
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, buffer, sizeof(buffer)) < 0)
		return -errno;
	return 0;
}

/* All of a segment, in pieces; what of it was nothing but zeros does not matter. */
static int read_segment(int fd, const Elf64_Phdr *segment)
{
	static char buffer[1 << 20];
	uint64_t done = 0;
	ssize_t size;

	while (done < segment->p_filesz) {
		size = pread(fd, buffer, sizeof(buffer) < segment->p_filesz - done ?
			     sizeof(buffer) : segment->p_filesz - done,
			     (off_t)(segment->p_offset + done));
		if (size <= 0)
			return size ? -errno : -EIO;
		done += (uint64_t)size;
	}
	return 0;
}

/* All RAM that /proc/kcore shows: its other segments have no physical address. */
static int do_kcore(const char *path)
{
	int fd = open(path, O_RDONLY), err = 0;
	Elf64_Phdr segment;
	Elf64_Ehdr header;
	unsigned int n;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return -errno;
	for (n = 0; !err && n < header.e_phnum; n++) {
		if (pread(fd, &segment, sizeof(segment),
			  (off_t)(header.e_phoff + n * sizeof(segment))) != sizeof(segment))
			return -errno;
		if (segment.p_type == PT_LOAD && segment.p_paddr + 1)
			err = read_segment(fd, &segment);
	}
	return err;
}

/* Waits ten seconds for a change of what FILE reads; says so before it waits. */
static int do_poll(const char *path)
{
	struct pollfd poller = { .events = POLLPRI | POLLERR };
	char buffer[4096];
	int ret;

	poller.fd = open(path, O_RDONLY);
	if (poller.fd < 0 || read(poller.fd, buffer, sizeof(buffer)) < 0)
		return -errno;
	puts("waiting");
	fflush(stdout);
	ret = poll(&poller, 1, 10000);
	if (ret < 0)
		return -errno;
	return ret ? 0 : -ETIMEDOUT;
}

static void wait_for_end(void)
{
	char c;

	puts("ok");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

#define PIPE_PAGES	256

/* A page for each byte, which the kernel does not move: a packet has its own. */
static int fill_pipe(int ends[2])
{
	unsigned int n;

	if (pipe2(ends, O_DIRECT | O_NONBLOCK) ||
	    fcntl(ends[1], F_SETPIPE_SZ, PIPE_PAGES * 4096) < 0)
		return -errno;
	for (n = 0; n < PIPE_PAGES; n++)
		if (write(ends[1], "", 1) != 1)
			return -errno;
	return 0;
}

static int leave_a_page(const int ends[2])
{
	unsigned int n;
	char c;

	for (n = 1; n < PIPE_PAGES; n++)
		if (read(ends[0], &c, 1) != 1)
			return -errno;
	return 0;
}

/* What is allocated in a row lies in a row, mostly. */
static int do_fragment(unsigned int mib, unsigned int gap)
{
	const struct rlimit limit = { 2 * mib + 16, 2 * mib + 16 };
	int (*pipes)[2] = calloc(mib, sizeof(*pipes)), err = 0;
	unsigned int n;

	if (!pipes || !gap || setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	for (n = 0; !err && n < mib; n++)
		err = fill_pipe(pipes[n]);
	for (n = 0; !err && n < mib; n++) {
		if (n % gap == 0) {
			err = leave_a_page(pipes[n]);
			continue;
		}
		close(pipes[n][0]);
		close(pipes[n][1]);
	}
	if (!err)
		wait_for_end();
	return err;
}

/* A virtual machine is what makes KVM turn VMX on, if it has not yet. */
static int do_kvm(int hold)
{
	int kvm = open("/dev/kvm", O_RDWR);
	int vm;

	if (kvm < 0)
		return -errno;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0)
		return -errno;
	if (hold)
		wait_for_end();
	return 0;
}

/* A counter that overflows often enough to cause NMIs, on this CPU. */
static int do_perf(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.sample_period = 100000,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

	return fd < 0 ? -errno : 0;
}

struct deadline_attr {
	__u32 size;
	__u32 policy;
	__u64 flags;
	__s32 nice;
	__u32 priority;
	__u64 runtime;
	__u64 deadline;
	__u64 period;
};

/*
 * Reserves that much of one CPU's time. While the reservations of several such
 * processes do not fit on one CPU fewer, Linux lets no CPU go offline.
 */
static int do_deadline(unsigned int percent)
{
	struct deadline_attr attr = {
		.size = sizeof(attr),
		.policy = 6,	/* SCHED_DEADLINE */
		.runtime = percent * 1000000ULL,
		.deadline = 100000000,
		.period = 100000000,
	};

	if (syscall(SYS_sched_setattr, 0, &attr, 0))
		return -errno;
	wait_for_end();
	return 0;
}

static int do_mkdir(const char *path)
{
	int ret;

	begin_fault();
	ret = mkdir(path, 0755);
	end_fault();
	return ret;
}

static void ignore_signal(int signal)
{
	(void)signal;
}

/* Unlike an ignored one, it interrupts system calls. */
static void send_signal_after(int ms)
{
	struct itimerval timer = {
		.it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 },
	};
	struct sigaction action = { .sa_handler = ignore_signal };

	if (sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &timer, NULL))
		perror("send_signal_after");
}

static void print_fault(void)
{
	char text[256] = "";

	if (faults < 0 || lseek(faults, 0, SEEK_SET) ||
	    read(faults, text, sizeof(text) - 1) < 0)
		return;
	fputs(text, stdout);
}

/* To the port that discards what comes. */
static int flood(const char *address)
{
	static const char bytes[1400];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int one = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (!inet_aton(address, &to.sin_addr))
		return misuse();
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)))
		return -errno;
	for (;;)
		if (sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		    errno != ENOBUFS)
			return -errno;
}

static int run(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	const char *path = argc > 2 ? argv[2] : "";
	int ret = 0;

	if (!strcmp(command, "write") && argc == 4)
		return do_write(path, argv[3]);
	if (!strcmp(command, "copy") && (argc == 4 || argc == 5))
		return do_copy(path, argv[3],
			       argc == 5 ? strtoul(argv[4], NULL, 0) : 4 << 20);
	if (!strcmp(command, "kvm") && argc == 2)
		return do_kvm(0);
	if (!strcmp(command, "kvm-hold") && argc == 2)
		return do_kvm(1);
	if (!strcmp(command, "fragment") && argc == 4)
		return do_fragment((unsigned int)strtoul(path, NULL, 0),
				   (unsigned int)strtoul(argv[3], NULL, 0));
	if (!strcmp(command, "perf") && argc == 2)
		return do_perf();
	if (argc != 3)
		return misuse();
	if (!strcmp(command, "read"))
		return do_read(path);
	if (!strcmp(command, "kcore"))
		return do_kcore(path);
	if (!strcmp(command, "poll"))
		return do_poll(path);
	if (!strcmp(command, "flood"))
		return flood(path);
	if (!strcmp(command, "deadline"))
		return do_deadline((unsigned int)strtoul(path, NULL, 0));
	if (!strcmp(command, "mkdir"))
		ret = do_mkdir(path);
	else if (!strcmp(command, "rmdir"))
		ret = rmdir(path);
	else if (!strcmp(command, "unload"))
		ret = (int)syscall(SYS_delete_module, path, O_NONBLOCK);
	else
		return misuse();
	return ret ? -errno : 0;
}

int main(int argc, char **argv)
{
	int ret;

	if (argc > 3 && !strcmp(argv[1], "fail")) {
		faults = open("/sys/kernel/debug/jailhouse_faults/alloc", O_RDWR);
		faulty_allocation = argv[2];
		argc -= 2;
		argv += 2;
	} else if (argc > 3 && !strcmp(argv[1], "alarm")) {
		send_signal_after(atoi(argv[2]));
		argc -= 2;
		argv += 2;
	}
	ret = run(argc, argv);
	if (ret > 0)
		return ret;
	puts(ret ? strerrorname_np(-ret) : "ok");
	print_fault();
	return ret ? 1 : 0;
}
