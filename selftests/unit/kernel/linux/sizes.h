/* SPDX-License-Identifier: GPL-2.0-only */
#define SZ_1K	0x400
#define SZ_4K	0x1000
#define SZ_16K	0x4000
#define SZ_64K	0x10000
#define SZ_256K	0x40000
#define SZ_512K	0x80000
#define SZ_1M	0x100000
#define SZ_2M	0x200000
#define SZ_8M	0x800000
#define SZ_1G	0x40000000
#define SZ_4G	0x100000000ULL
