// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu DEVICE ADDRESS [flood|message]: has QEMU's "edu" device write to a host-physical address, and
 * read what is there then; prints whether it came so far: "reached" or "denied". ADDRESS "own": a
 * page of this program's. DEVICE is its directory in sysfs. What was there before is lost. With
 * "flood" it writes what inmates/tests/ram.c looks for, without end; with "message" a doubleword,
 * the vector 0xd5, once.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		4096UL

/* Registers of the device (QEMU, docs/specs/edu.rst), and the buffer that it copies from and to. */
#define DMA_SOURCE	0x80
#define DMA_TARGET	0x88
#define DMA_COUNT	0x90
#define DMA_COMMAND	0x98
#define DMA_START	1ULL
#define DMA_TO_MEMORY	2ULL
#define BUFFER		0x40000UL

#define BAR		0x10
#define COMMAND		4
#define COMMAND_MEMORY	0x2
#define COMMAND_MASTER	0x4

static volatile uint8_t *registers;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int open_in(const char *device, const char *name, int mode)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", device, name);
	fd = open(path, mode | O_SYNC);
	if (fd < 0)
		die(path);
	return fd;
}

static void set(unsigned int offset, uint64_t value)
{
	*(volatile uint64_t *)(registers + offset) = value;
}

static void copy_bytes(uint64_t from, uint64_t to, uint64_t bytes, uint64_t direction)
{
	set(DMA_SOURCE, from);
	set(DMA_TARGET, to);
	set(DMA_COUNT, bytes);
	set(DMA_COMMAND, DMA_START | direction);
	/* A tenth of a second, which an emulated CPU has better things to do in. */
	while (*(volatile uint64_t *)(registers + DMA_COMMAND) & DMA_START)
		usleep(1000);
}

static void copy(uint64_t from, uint64_t to, uint64_t direction)
{
	copy_bytes(from, to, sizeof(uint64_t), direction);
}

static void from_memory(uint64_t address)
{
	copy(address, BUFFER, 0);
}

static void to_memory(uint64_t address)
{
	copy(BUFFER, address, DMA_TO_MEMORY);
}

/* Where in physical memory a page of ours is, which stays there. */
static uint64_t physical(const void *page)
{
	uint64_t entry;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)page / PAGE * 8) != 8)
		die("pagemap");
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * PAGE;
}

/* Where Linux has put its registers: a machine of QEMU that was kept comes back without that. */
static void place(const char *device, int config)
{
	char line[64] = "";
	int fd = open_in(device, "resource", O_RDONLY);
	uint32_t bar;

	if (read(fd, line, sizeof(line) - 1) <= 0)
		die("resource");
	close(fd);
	bar = strtoul(line, NULL, 0);
	if (pwrite(config, &bar, sizeof(bar), BAR) != sizeof(bar))
		die("config");
}

static void prepare(const char *device)
{
	int fd = open_in(device, "config", O_RDWR);
	uint16_t command;

	place(device, fd);
	if (pread(fd, &command, 2, COMMAND) != 2)
		die("config");
	command |= COMMAND_MEMORY | COMMAND_MASTER;
	if (pwrite(fd, &command, 2, COMMAND) != 2)
		die("config");
	close(fd);
	fd = open_in(device, "resource0", O_RDWR);
	registers = mmap(NULL, 0x100000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (registers == MAP_FAILED)
		die("resource0");
}

static void flood(volatile uint64_t *page, uint64_t here, uint64_t address)
{
	page[0] = 0x5ca1ab1e0ddba11d;
	from_memory(here);
	for (;;)
		to_memory(address);
}

/* Larger ones are two messages. */
static int send_message(volatile uint64_t *page, uint64_t here, uint64_t address)
{
	page[0] = 0xd5;
	from_memory(here);
	copy_bytes(BUFFER, address, sizeof(uint32_t), DMA_TO_MEMORY);
	return 0;
}

int main(int argc, char **argv)
{
	volatile uint64_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1,
				       0);
	uint64_t here, address;

	if (argc < 3 || page == MAP_FAILED)
		die("usage: edu DEVICE ADDRESS [flood|message]");
	prepare(argv[1]);
	page[0] = 0x600df00d600df00d;
	page[1] = 0x0badf00d0badf00d;
	here = physical((const void *)page);
	address = strcmp(argv[2], "own") ? strtoull(argv[2], NULL, 0) : here + PAGE / 2;
	if (argc == 4 && !strcmp(argv[3], "message"))
		return send_message(page, here, address);
	if (argc == 4)
		flood(page, here, address);

	/* The buffer holds something else when it is read: who reads nothing, brings nothing. */
	from_memory(here);
	to_memory(address);
	from_memory(here + 8);
	from_memory(address);
	to_memory(here + 16);
	puts(page[2] == page[0] ? "reached" : "denied");
	return 0;
}
