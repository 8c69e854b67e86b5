/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the machine (machine.c) and the guest in it (guest.c). */
#ifndef SELFTESTS_MACHINE_PARTS_H
#define SELFTESTS_MACHINE_PARTS_H

#include "types.h"

/* Guest-physical memory from 0 on, and the registers of a device. */
#define GUEST_RAM_SIZE		0x200000U
#define DEVICE_GPA		0xfec00000ULL
extern u8 guest_ram[GUEST_RAM_SIZE];

/* What the rest of the hypervisor answers: a number below @choices; NULL: always 0. */
extern u32 (*machine_decides)(u32 choices);

#endif
