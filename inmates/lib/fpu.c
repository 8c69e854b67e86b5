// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FPU and SSE, for programs that ask for them: those that are linked with fpu-on.o.
 * Interrupts save their registers then (vectors.S), so that a handler may use them, too.
 */
#include "inmate.h"

#define CR0_MP		0x00000002
#define CR0_EM		0x00000004
#define CR0_TS		0x00000008
#define CR0_NE		0x00000020
#define CR4_OSFXSR	0x00000200
#define CR4_OSXMMEXCPT	0x00000400

/* No exception is unmasked, round to nearest: what C expects (SDM 1 10.2.3). */
#define MXCSR_DEFAULT	0x1f80

/**
 * fpu_init() - make the FPU and SSE of this CPU usable, if the program asks for them
 *
 * Called before inmate_main(), and on each CPU that smp_start_cpu() starts (SDM 3A 9.6.1).
 */
void fpu_init(void)
{
	u32 mxcsr = MXCSR_DEFAULT;

	if (!inmate_fpu)
		return;
	write_cr0((read_cr0() & ~(u64)(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE);
	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	asm volatile("fninit; ldmxcsr %0" : : "m" (mxcsr));
}
