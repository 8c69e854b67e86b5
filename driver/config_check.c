// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check of configurations is one file that hypervisor, driver and host tools share.
 * kbuild wants an object beside its source, so that each has its own.
 */
#include "../hypervisor/core/config_check.c"
