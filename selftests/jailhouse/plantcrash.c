// SPDX-License-Identifier: GPL-2.0-only
/*
 * plantcrash END TEXT [WRONG]: writes the record of a crash to the end of hypervisor memory,
 * which is at physical address END, as a hypervisor that panicked would have left it; with
 * WRONG, one whose checksum does not fit.
 */
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jailhouse/crash.h>

static struct jailhouse_crash crash;

int main(int argc, char **argv)
{
	off_t at;
	int mem;

	if (argc < 3 || strlen(argv[2]) > sizeof(crash.text)) {
		fputs("usage: plantcrash END TEXT [WRONG]\n", stderr);
		return 2;
	}
	at = (off_t)strtoull(argv[1], NULL, 0) - JAILHOUSE_CRASH_SIZE;
	memcpy(crash.signature, JAILHOUSE_CRASH_SIGNATURE, sizeof(crash.signature));
	crash.length = (__u32)strlen(argv[2]);
	memcpy(crash.text, argv[2], crash.length);
	crash.checksum = jailhouse_crash_checksum(&crash, crash.length) + (argc > 3);
	mem = open("/dev/mem", O_RDWR | O_SYNC);
	if (mem < 0 || pwrite(mem, &crash, sizeof(crash), at) != sizeof(crash)) {
		perror("/dev/mem");
		return 1;
	}
	return 0;
}
