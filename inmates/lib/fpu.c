// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FPU, SSE and AVX, for programs that ask for them: those that are linked with fpu-on.o or
 * avx-on.o. Interrupts save their registers then (vectors.S), so that a handler may use them, too.
 */
#include "inmate.h"

#define CR0_MP		0x00000002
#define CR0_EM		0x00000004
#define CR0_TS		0x00000008
#define CR0_NE		0x00000020
#define CR4_OSFXSR	0x00000200
#define CR4_OSXMMEXCPT	0x00000400
#define CR4_OSXSAVE	0x00040000

/* CPUID.1 ECX: XSAVE, AVX. */
#define NEEDED_FOR_AVX	0x14000000U
/* XCR0: x87, SSE, AVX. */
#define XCR0_AVX	7U

/* No exception is unmasked, round to nearest: what C expects (SDM 1 10.2.3). */
#define MXCSR_DEFAULT	0x1f80

/* SDM 1 13.2 and 14.3. A program that was compiled for AVX cannot go on without. */
static void avx_init(void)
{
	if ((cpuid(1, 0).ecx & NEEDED_FOR_AVX) != NEEDED_FOR_AVX) {
		printf("The CPU has no AVX\n");
		stop(JAILHOUSE_CELL_FAILED);
	}
	write_cr4(read_cr4() | CR4_OSXSAVE);
	asm volatile("xsetbv" : : "c" (0), "a" (XCR0_AVX), "d" (0));
}

/**
 * fpu_init() - make the FPU, SSE and AVX of this CPU usable, as far as the program asks for them
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
	if (inmate_fpu == INMATE_AVX)
		avx_init();
}
