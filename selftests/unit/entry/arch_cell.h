/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells are those of x86 here. */
#include "x86/arch_cell.h"
