/* SPDX-License-Identifier: GPL-2.0-only */
/* In the image, which nobody writes anew when a CPU only starts once more; .data and .bss are. */

	.text
	.balign 4
	.globl	linux_entered
linux_entered:
	.long	0

	.section .note.GNU-stack, "", @progbits
