// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is needed of a CPU's VMX is decided by code that hypervisor and driver share, as
 * config_check.c is, and so are its unit tests.
 */
#include "../hypervisor/x86/vmx/controls.c"
