# SPDX-License-Identifier: GPL-2.0-only
#
# How programs for cells are compiled and linked, in the tree (inmates/Makefile) and outside of
# it (inmate.mk).

# Only general registers: the library uses no others, and interrupts save no others. A program
# that asks for the FPU and SSE is compiled with inmate_fpu_cflags, and linked with fpu-on.o; one
# that asks for AVX, too, with inmate_avx_cflags and avx-on.o.
inmate_common_cflags := -std=gnu11 -O2 -g -Wall -Wextra \
	-ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns \
	-fno-pic -fno-pie -mcmodel=small -mno-red-zone \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none \
	-fno-strict-aliasing
inmate_cflags := $(inmate_common_cflags) -mgeneral-regs-only
inmate_fpu_cflags := $(inmate_common_cflags) -msse2 -mfpmath=sse
inmate_avx_cflags := $(inmate_fpu_cflags) -mavx
inmate_ldflags := -m elf_x86_64 -static -nostdlib --build-id=none \
	-z noexecstack --no-warn-rwx-segments
