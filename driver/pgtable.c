// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder of page tables is code that hypervisor and driver share, as config_check.c is,
 * and so are its unit tests.
 */
#include "../hypervisor/core/page_pool.c"
#include "../hypervisor/core/pgtable.c"
