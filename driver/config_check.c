// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check of configurations is code that hypervisor, driver and host tools share.
 * kbuild wants an object beside its source, so that each has its own.
 */
#include "../hypervisor/core/config_check.c"
#include "../hypervisor/core/config_console.c"
#include "../hypervisor/core/config_fields.c"
#include "../hypervisor/core/config_fits.c"
#include "../hypervisor/core/config_ivshmem.c"
#include "../hypervisor/core/config_links.c"
#include "../hypervisor/core/config_memory.c"
#include "../hypervisor/core/config_msix.c"
#include "../hypervisor/core/config_owned.c"
#include "../hypervisor/core/config_refuse.c"
#include "../hypervisor/core/cpu_set.c"
#include "../hypervisor/core/memory_map.c"
