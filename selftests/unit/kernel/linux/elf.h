/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel knows of ELF files the C library knows by the same names. */
#include <elf.h>
