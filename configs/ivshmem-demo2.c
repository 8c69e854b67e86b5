// SPDX-License-Identifier: GPL-2.0-only
/* The other cell of ivshmem-demo.c. */
#define PEER		1
#define NAME		"ivshmem-demo2"
#define CPU		3
#define RAM		0x3bf00000

#include "ivshmem-demo.c"
