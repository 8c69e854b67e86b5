/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU with VMX: a Coffee Lake (906ea), with EPT as nested KVM shows it. */
#ifndef SELFTESTS_UNIT_COFFEE_LAKE_H
#define SELFTESTS_UNIT_COFFEE_LAKE_H

/* For a struct vmx_caps; the same as in capability-sets.txt. */
#define COFFEE_LAKE_CAPS {				\
	.basic = 0x00da040000000004,			\
	.pin = 0x0000007f00000016,			\
	.primary = 0xfff9fffe04006172,			\
	.secondary = 0x005fbcff00000000,		\
	.exit = 0x01ffffff00036dfb,			\
	.entry = 0x0003ffff000011fb,			\
	.misc = 0x000000007004c1e7,			\
	.ept = 0x00000f0106334041,			\
}

#endif
