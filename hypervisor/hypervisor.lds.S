/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of an image: constants, text, data, each on pages of its own, so that
 * no page is both writable and executable.
 */
#include "layout.h"

OUTPUT_FORMAT("elf64-x86-64")
OUTPUT_ARCH(i386:x86-64)
ENTRY(entry)

SECTIONS
{
	. = HV_BASE;
	.rodata : {
		KEEP(*(.header))
		/*
		 * The last ones hold addresses, which are known here: nothing relocates. Objects of
		 * an alignment are together, which leaves no gaps of up to 31 bytes between them.
		 */
		*(SORT_BY_ALIGNMENT(.rodata.*) .rodata
		  SORT_BY_ALIGNMENT(.data.rel.ro.*) .data.rel.ro)
		. = ALIGN(16);
		__ex_table_start = .;
		KEEP(*(__ex_table))
		__ex_table_end = .;
		. = ALIGN(4096);
	}
	__text_start = .;
	.text : {
		*(.text .text.*)
		. = ALIGN(4096);
	}
	__data_start = .;
	.data : {
		*(.data .data.*)
		. = ALIGN(16);
	}
	__image_end = .;
	.bss : {
		*(.bss .bss.* COMMON)
		. = ALIGN(4096);
	}
	__core_end = .;

	percpu_area = HV_PERCPU_BASE + PERCPU_VA_DATA;
	percpu_vmcb = HV_PERCPU_BASE + PERCPU_VA_VENDOR;
	percpu_window = HV_PERCPU_BASE + PERCPU_VA_WINDOW;
	percpu_link = HV_PERCPU_BASE + PERCPU_VA_LINK;
	percpu_kept = HV_PERCPU_BASE + PERCPU_VA_KEPT;
	percpu_regs = HV_PERCPU_BASE + PERCPU_VA_STACK_TOP - GUEST_REGS_SIZE;

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) *(.interp) *(.dynamic) }
}
