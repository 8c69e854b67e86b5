/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ABI: hypercalls. VMCALL, on CPUs with SVM VMMCALL, with the code in EAX, arguments in RDI
 * and RSI, result in EAX: 0 or a value on success, a negative Linux errno otherwise. On the
 * other vendor's CPUs, either is an invalid opcode.
 */
#ifndef _JAILHOUSE_HYPERCALL_H
#define _JAILHOUSE_HYPERCALL_H

/*
 * Root cell only, 0 to 6.
 *
 * DISABLE: RDI number of CPUs that make this call, all online CPUs at once with
 *	interrupts off. -EBUSY while there is another cell than the root cell. On
 *	success the CPU is no guest any more when the call returns, on the transition page
 *	table: the caller must reload CR3.
 * CELL_CREATE: RDI guest-physical address of the cell's configuration. Result: id.
 * CELL_START: RDI cell id. Takes the LOADABLE regions from the root cell again; of a cell
 *	that runs, nothing changes.
 * CELL_SET_LOADABLE: RDI cell id, RSI time limit. Stops the cell and maps its LOADABLE
 *	regions into the root cell.
 * CELL_DESTROY: RDI cell id, RSI time limit.
 * HYPERVISOR_GET_INFO: RDI JAILHOUSE_INFO_*.
 * CELL_GET_STATE: RDI cell id. Result: a cell state of comm_region.h.
 * CPU_GET_INFO: RDI CPU, RSI JAILHOUSE_CPU_INFO_*. A cell may ask for its own CPUs.
 * DEBUG_CONSOLE_PUTC: RDI character.
 *
 * CELL_STOP (9, root cell only): RDI cell id, RSI time limit: shut down, but keep.
 * CELLS_STOP (10, root cell only): RDI 0, RSI time limit: the same for all cells, or for none
 *	but those that agreed if one does not.
 * CONSOLE_TAKE (11, root cell only): RDI cell id, RSI how many, JAILHOUSE_CONSOLE_MOST at most.
 *	Result: JAILHOUSE_CONSOLE_COUNT() characters that the cell has printed, by hypercall 8 or
 *	with its virtual console, and that were not taken yet: JAILHOUSE_CONSOLE_CHAR(). The last
 *	2 KiB are kept. -ENODEV: the cell may not print.
 * CONSOLE_TYPE (12, root cell only): RDI cell id, RSI a character that its virtual console
 *	receives. -EAGAIN: there are 256 that it has not read. -ENODEV: it has none.
 * CELL_REGISTER (13, root cell only): RDI JAILHOUSE_REGISTER(), RSI what is written to it: of the
 *	root cell's ends of a cell's ivshmem devices. Result: what is read, 31 bits of it. -ENOENT:
 *	there is no such register.
 *
 * Time limit: what a running cell gets to answer a shutdown request, in milliseconds.
 * JAILHOUSE_TIMEOUT_KILL does not ask. While the answer is outstanding, the call returns
 * -EINPROGRESS and is to be repeated with the same arguments, or with a limit of 0 to wait
 * no longer. CREATE and DESTROY scrub RAM, and whatever needs a cell stopped resets its
 * devices, a bit in each call, and return -EAGAIN as long as there is more: they are to be
 * repeated at once. Another management call meanwhile is
 * -EBUSY, except that with JAILHOUSE_TIMEOUT_KILL another cell can be stopped, made loadable
 * and destroyed while an answer is outstanding. -EPERM: the cell denied, or another cell has
 * locked the configuration. -ETIMEDOUT: no answer.
 */
#define JAILHOUSE_HC_DISABLE			0
#define JAILHOUSE_HC_CELL_CREATE		1
#define JAILHOUSE_HC_CELL_START			2
#define JAILHOUSE_HC_CELL_SET_LOADABLE		3
#define JAILHOUSE_HC_CELL_DESTROY		4
#define JAILHOUSE_HC_HYPERVISOR_GET_INFO	5
#define JAILHOUSE_HC_CELL_GET_STATE		6
#define JAILHOUSE_HC_CPU_GET_INFO		7
#define JAILHOUSE_HC_DEBUG_CONSOLE_PUTC		8
#define JAILHOUSE_HC_CELL_STOP			9
#define JAILHOUSE_HC_CELLS_STOP			10
#define JAILHOUSE_HC_CONSOLE_TAKE		11
#define JAILHOUSE_HC_CONSOLE_TYPE		12
#define JAILHOUSE_HC_CELL_REGISTER		13
#define JAILHOUSE_NUM_HYPERCALLS		14

/*
 * Device N of the cell has JAILHOUSE_IVSHMEM_SIZE bytes from N times that on: the registers of a
 * peer, and, a page behind them, those of the I/O APIC by whose pin it interrupts the root cell.
 */
#define JAILHOUSE_REGISTER(__cell, __address, __write)	\
	((__u64)(__cell) | (__u64)(__address) << 32 | (__u64)(__write) << 63)
#define JAILHOUSE_REGISTER_CELL(__arg)		((__u32)(__arg))
#define JAILHOUSE_REGISTER_ADDRESS(__arg)	((__arg) >> 32 & 0x7fffffff)
#define JAILHOUSE_REGISTER_WRITE(__arg)		((__arg) >> 63)

#define JAILHOUSE_TIMEOUT_KILL			0xffffffffU

/* The result of CONSOLE_TAKE: of character N, from 0 on, and how many there are. */
#define JAILHOUSE_CONSOLE_MOST			3U
#define JAILHOUSE_CONSOLE_COUNT_SHIFT		24
#define JAILHOUSE_CONSOLE_COUNT(result)		((result) >> JAILHOUSE_CONSOLE_COUNT_SHIFT & 3)
#define JAILHOUSE_CONSOLE_CHAR(result, n)	((char)((result) >> 8 * (n)))

/* HYPERVISOR_GET_INFO; pages of 4096 bytes */
#define JAILHOUSE_INFO_MEM_POOL_SIZE		0
#define JAILHOUSE_INFO_MEM_POOL_USED		1
#define JAILHOUSE_INFO_REMAP_POOL_SIZE		2
#define JAILHOUSE_INFO_REMAP_POOL_USED		3
#define JAILHOUSE_INFO_NUM_CELLS		4
/* Accesses of devices that IOMMUs denied, which are logged by this. -ENODEV: none is used. */
#define JAILHOUSE_INFO_DMA_FAULTS		5
/* The same, of a PCI function (ARG2: BDF) of a cell, since it has it. -ENOENT: none has it. */
#define JAILHOUSE_INFO_DEVICE_FAULTS		6

/* CPU_GET_INFO */
#define JAILHOUSE_CPU_INFO_STATE		0
#define JAILHOUSE_CPU_INFO_STAT_BASE		1000

#define JAILHOUSE_CPU_RUNNING			0
#define JAILHOUSE_CPU_FAILED			2

/* STAT_BASE + one of: */
#define JAILHOUSE_CPU_STAT_VMEXITS_TOTAL	0
#define JAILHOUSE_CPU_STAT_VMEXITS_MMIO		1
#define JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT	2
#define JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL	3
#define JAILHOUSE_CPU_STAT_VMEXITS_PIO		4
#define JAILHOUSE_CPU_STAT_VMEXITS_XAPIC	5
#define JAILHOUSE_CPU_STAT_VMEXITS_CR		6
#define JAILHOUSE_CPU_STAT_VMEXITS_CPUID	7
#define JAILHOUSE_CPU_STAT_VMEXITS_XSETBV	8
#define JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION	9
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER	10
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR 11
#define JAILHOUSE_CPU_STAT_DENIED		12
/* Of devices of the CPU's cell, counted at the first one that it had: see INFO_DMA_FAULTS. */
#define JAILHOUSE_CPU_STAT_DMA_FAULTS		13
#define JAILHOUSE_NUM_CPU_STATS			14

/* CPUID: leaf 1 ECX[31] is set, and these. */
#define JAILHOUSE_CPUID_SIGNATURE		0x40000000
#define JAILHOUSE_CPUID_FEATURES		0x40000001
/* EAX 1: the cell has a comm region, at guest-physical address ECX:EBX. EAX 0: none. */
#define JAILHOUSE_CPUID_COMM_REGION		0x40000002
/* "KVMKVMKVM", in a cell with JAILHOUSE_CELL_KVM_LEAF. */
#define JAILHOUSE_CPUID_KVM_SIGNATURE		0x40000100

#endif
