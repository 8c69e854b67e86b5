/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: what the hypervisor leaves behind when it panics, for the driver that is loaded after
 * a warm reset.
 *
 * Includes nothing: whoever includes this provides __u8 ... __u64.
 */
#ifndef _JAILHOUSE_CRASH_H
#define _JAILHOUSE_CRASH_H

#define JAILHOUSE_CRASH_SIGNATURE	"JAILCRSH"

/* The record is the last that many bytes of hypervisor memory. */
#define JAILHOUSE_CRASH_SIZE		0x4000
#define JAILHOUSE_CRASH_TEXT_SIZE	(JAILHOUSE_CRASH_SIZE - 16)

/**
 * struct jailhouse_crash - the last words
 * @signature: JAILHOUSE_CRASH_SIGNATURE, not terminated
 * @length: bytes in @text
 * @checksum: jailhouse_crash_checksum(), since memory may have suffered
 * @text: lines: the reason, registers, the last VM exits, the end of the log
 */
struct jailhouse_crash {
	char signature[8];
	__u32 length;
	__u32 checksum;
	char text[JAILHOUSE_CRASH_TEXT_SIZE];
} __attribute__((packed));

/* @length is not above JAILHOUSE_CRASH_TEXT_SIZE. */
static inline __u32 jailhouse_crash_checksum(const struct jailhouse_crash *crash, __u32 length)
{
	__u32 sum = length, i;

	for (i = 0; i < length; i++)
		sum = sum * 31 + (__u8)crash->text[i];
	return sum;
}

_Static_assert(sizeof(struct jailhouse_crash) == JAILHOUSE_CRASH_SIZE, "crash record ABI");

#endif
