/* SPDX-License-Identifier: GPL-2.0-only */
/* The way back from the hypervisor to Linux. */
#ifndef _X86_LEAVE_H
#define _X86_LEAVE_H

struct percpu;

/** leave_to_linux() - the calling CPU's last step; Linux has made the hypercall to disable. */
__noreturn void leave_to_linux(struct percpu *percpu);

/** leave_offline() - the last step of a CPU that Linux does not use: it waits for INIT. */
__noreturn void leave_offline(struct percpu *percpu);

#endif
