/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of devices, for hosts whose local APIC is reached by MSRs: there are none. */
#ifndef SELFTESTS_UNIT_NO_MMIO_H
#define SELFTESTS_UNIT_NO_MMIO_H

#include "types.h"

static inline u32 mmio_read32(__maybe_unused const volatile void *reg)
{
	return 0;
}

static inline bool mmio_test32(__maybe_unused const volatile void *reg,
			       __maybe_unused u32 bits)
{
	return false;
}

static inline void mmio_write32(__maybe_unused volatile void *reg, __maybe_unused u32 val)
{
}

#endif
