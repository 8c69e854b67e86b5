/* SPDX-License-Identifier: GPL-2.0-only */
/* First bytes of the image: struct jailhouse_header, see image_header.h. */
#include "layout.h"
#include <jailhouse/version.h>

	.section .header, "a"
	.ascii "JAILHVIM"
	.long 4				/* JAILHOUSE_IMAGE_REVISION */
	.long PERCPU_SIZE
	.quad __image_end - HV_BASE
	.quad __core_end - HV_BASE
	.quad __text_start - HV_BASE
	.quad __data_start - HV_BASE
	.quad boot_info - HV_BASE
	.quad log_page - HV_BASE
	.quad entry
1:	.asciz JAILHOUSE_VERSION
	.org 1b + 48			/* JAILHOUSE_VERSION_SIZE */
	.long IMAGE_VENDOR		/* the Makefile has it */

	.section .note.GNU-stack, "", @progbits
