// SPDX-License-Identifier: GPL-2.0-only
/*
 * System: that of qemu-q35.c, whose Linux has an end of a link besides: a network device, where
 * the machine has nothing. The other end is that of linux-demo.c.
 */
#define NUM_ROOT_LINKS	1
#define ROOT_LINKS	{ .address = 0xfef00000, .id = 1, .mac = { 0x02, 0, 0, 0, 0, 0x01 } }

#include "qemu-q35.c"
