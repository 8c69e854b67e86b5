// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm-in NAME	prints the file opt/jailhouse/NAME, which QEMU has on its command line
 * vm-in --pause	stands still until somebody has the machine go on
 *
 * The way into a machine of QEMU that has started before what it is to do was known: see
 * vm-monitor. The firmware configuration device (specs/fw_cfg.rst of QEMU) hands files over
 * by DMA, so the buffer is a page whose physical address is known.
 */
#include <endian.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_SIZE	4096UL

#define PVPANIC_PORT	0x505
#define PVPANIC_PAUSE	1

#define DMA_PORT	0x514
#define DMA_ERROR	1U
#define DMA_READ	2U
#define DMA_SELECT	8U

#define KEY_DIRECTORY	0x19
#define DIRECTORY_SIZE	64

/* All numbers are big-endian. */
struct request {
	uint32_t control;
	uint32_t length;
	uint64_t address;
};

struct entry {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};

/* Both in the one page. */
struct shared {
	volatile struct request request;
	char data[PAGE_SIZE - sizeof(struct request)];
};

static struct shared *shared;
static uint64_t shared_address;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Mapped, locked, and where it is. */
static void make_shared(void)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;

	shared = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap");
	if (pagemap < 0 ||
	    pread(pagemap, &entry, sizeof(entry),
		  (off_t)((uintptr_t)shared / PAGE_SIZE * sizeof(entry))) != sizeof(entry))
		fail("pagemap");
	close(pagemap);
	shared_address = (entry & ((1ULL << 55) - 1)) * PAGE_SIZE;
}

/* The device has done it when the second OUT is over. */
static void transfer(uint32_t control, uint32_t length)
{
	uint64_t data = shared_address + offsetof(struct shared, data);

	shared->request.control = htobe32(control);
	shared->request.length = htobe32(length);
	shared->request.address = htobe64(data);
	outl(htobe32((uint32_t)(shared_address >> 32)), DMA_PORT);
	outl(htobe32((uint32_t)shared_address), DMA_PORT + 4);
	if (be32toh(shared->request.control) & DMA_ERROR) {
		fputs("vm-in: the device refuses\n", stderr);
		exit(1);
	}
}

static void select_file(uint16_t key)
{
	transfer(DMA_SELECT | (uint32_t)key << 16, 0);
}

static struct entry find(const char *name)
{
	struct entry entry;
	uint32_t left;

	select_file(KEY_DIRECTORY);
	transfer(DMA_READ, sizeof(left));
	memcpy(&left, shared->data, sizeof(left));
	for (left = be32toh(left); left; left--) {
		transfer(DMA_READ, DIRECTORY_SIZE);
		memcpy(&entry, shared->data, sizeof(entry));
		if (!strncmp(entry.name, name, sizeof(entry.name)))
			return entry;
	}
	fprintf(stderr, "vm-in: there is no %s\n", name);
	exit(1);
}

static void print_file(const struct entry *entry)
{
	uint32_t left = be32toh(entry->size), part;

	select_file(be16toh(entry->key));
	for (; left; left -= part) {
		part = left < sizeof(shared->data) ? left : sizeof(shared->data);
		transfer(DMA_READ, part);
		if (fwrite(shared->data, part, 1, stdout) != 1)
			fail("stdout");
	}
	if (fflush(stdout))
		fail("stdout");
}

int main(int argc, char **argv)
{
	struct entry entry;
	char name[64];

	if (argc != 2) {
		fputs("usage: vm-in NAME | --pause\n", stderr);
		return 2;
	}
	if (iopl(3))
		fail("iopl");
	if (!strcmp(argv[1], "--pause")) {
		outb(PVPANIC_PAUSE, PVPANIC_PORT);
		return 0;
	}
	make_shared();
	snprintf(name, sizeof(name), "opt/jailhouse/%s", argv[1]);
	entry = find(name);
	print_file(&entry);
	return 0;
}
