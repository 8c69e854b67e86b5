/* SPDX-License-Identifier: GPL-2.0-only */
/* dsdt.asl, as iasl has compiled it. */
	.section .rodata
	.globl	dsdt, dsdt_end
dsdt:
	.incbin	"dsdt.aml"
dsdt_end:

	.section .note.GNU-stack, "", @progbits
