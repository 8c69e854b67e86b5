// SPDX-License-Identifier: GPL-2.0-only
/* HOST: fake_vendor */
/* BESIDE: fake_vendor/host.c fake_vendor/vendor.c */
/*
 * Accesses to memory that stage 2 does not allow: x86/exits/mmio.c, fetch.c and guest_memory.c,
 * with any vendor.
 */
#include <string.h>
#include "unit.h"
#include "errno.h"
#include "fake_vendor/host.h"
#include "vector_move.h"

#define RAX	(this_regs()->gpr[INSN_RAX])
#define RBX	(this_regs()->gpr[INSN_RBX])
#define RSI	(this_regs()->gpr[INSN_RSI])
#define RDI	(this_regs()->gpr[INSN_RDI])

#define RFLAGS_ZF	0x40U

/* The guest executes @code, whose operand is at RBX, and fails there. */
static void fault(const char *code, u64 gpa, bool write)
{
	host_code(HOST_CODE, code, strlen(code));
	RBX = gpa;
	guest.fault.gpa = gpa;
	guest.fault.write = write;
}

static void boot(bool cell)
{
	host_boot();
	if (cell)
		host_cell();
	guest.cr4 |= X86_CR4_OSFXSR | X86_CR4_OSXSAVE;
	RAX = 0x1122334455667788ULL;
}

/* MOV EAX, [RBX]; MOV [RBX], EAX; ADD [RBX], EAX; LOCK MOV; SIDT [RBX]; all of them with AX. */
#define LOAD		"\x8b\x03"
#define STORE		"\x89\x03"
#define ADD		"\x01\x03"
#define LOCK_STORE	"\xf0\x89\x03"
#define SIDT		"\x0f\x01\x0b"

UNIT(a_register_of_a_device_is_read)
{
	boot(true);
	fault(LOAD, HOST_DEVICE + 0x10, false);
	host.device_value = 0xcafe0123deadbeef;
	handle_memory_fault();
	CHECK_EQ(host.device.gpa, HOST_DEVICE + 0x10);
	CHECK_EQ(host.device.width, 4);
	CHECK(!host.device.is_write);
	CHECK_EQ(RAX, 0xdeadbeef);
	CHECK_EQ(guest.rip, HOST_CODE + 2);
	CHECK_STR(host_done(), "end");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_MMIO), 1);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 0);
}

UNIT(it_is_written)
{
	boot(true);
	fault(STORE, HOST_DEVICE, true);
	handle_memory_fault();
	CHECK(host.device.is_write);
	CHECK_EQ(host.device.value, 0x55667788);
	CHECK_STR(host_done(), "end");
}

UNIT(or_both_by_one_instruction_with_flags)
{
	boot(true);
	fault(ADD, HOST_DEVICE, true);
	host.device_value = 0xffffffff - 0x55667788 + 1;
	handle_memory_fault();
	CHECK_EQ(host.device.value, 0);
	CHECK_EQ(guest.rflags & RFLAGS_ZF, RFLAGS_ZF);
	CHECK_EQ(guest.rip, HOST_CODE + 2);
	CHECK_STR(host_done(), "end");
}

UNIT(what_the_device_refuses_is_counted_and_the_guest_goes_on)
{
	boot(true);
	fault(STORE, HOST_DEVICE, true);
	host.device_error = -EPERM;
	handle_memory_fault();
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	CHECK_STR(host_done(), "end");
}

UNIT(where_nothing_is_the_root_reads_ones)
{
	boot(false);
	fault(LOAD, 0x80001230, false);
	handle_memory_fault();
	CHECK_EQ(RAX, 0xffffffff);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 4, rip 0x8000; end");
	fault(STORE, 0x80001230, true);
	handle_memory_fault();
	CHECK_STR(host_done(), "log: write to memory 0x80001230, width 4, rip 0x8000; end");
}

/*
 * MOVUPS XMM9, [RBX]; MOVSS XMM9, [RBX]; MOVHPS XMM9, [RBX]; MOVSS [RBX], XMM9;
 * VMOVDQU YMM9, [RBX]; VMOVDQU64 YMM25, [RBX]; VMOVDQU64 [RBX], ZMM25; MOVNTI [RBX], EAX
 */
#define LOAD_XMM	"\x44\x0f\x10\x0b"
#define LOAD_SINGLE	"\xf3\x44\x0f\x10\x0b"
#define LOAD_HALF	"\x44\x0f\x16\x0b"
#define STORE_XMM	"\xf3\x44\x0f\x11\x0b"
#define LOAD_YMM	"\xc5\x7e\x6f\x0b"
#define LOAD_YMM25	"\x62\x61\xfe\x28\x6f\x0b"
#define STORE_ZMM25	"\x62\x61\xfe\x48\x7f\x0b"
#define STORE_NTI	"\x0f\xc3\x03"

/* A letter for 8 bytes: '0' of zeros, '1' of ones, '?' if they differ, or what they are. */
static void check_vector(unsigned int number, const char *text)
{
	char is[VECTOR_SIZE / 8 + 1] = "";
	const u8 *byte = host_vectors[number];
	unsigned int n;

	for (n = 0; n < sizeof(is) - 1; n++, byte += 8)
		is[n] = memcmp(byte, byte + 1, 7) ? '?' : *byte == 0xff ? '1' : *byte ?: '0';
	CHECK_STR(is, text);
}

UNIT(by_whatever_it_copies)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_XMM, 0x80001230, false);
	handle_memory_fault();
	check_vector(9, "11vvvvvv");
	CHECK_EQ(guest.rip, HOST_CODE + 4);
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 16, rip 0x8000; end");
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_SINGLE, 0x80001230, false);
	handle_memory_fault();
	check_vector(9, "?0vvvvvv");
	CHECK(!memcmp(host_vectors[9], "\xff\xff\xff\xff\0\0\0\0", 8));
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 4, rip 0x8000; end");
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_HALF, 0x80001230, false);
	handle_memory_fault();
	check_vector(9, "v1vvvvvv");
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 8, rip 0x8000; end");
	fault(STORE_XMM, 0x80001230, true);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE + 5);
	CHECK_STR(host_done(), "log: write to memory 0x80001230, width 4, rip 0x8000; end");
	fault(LOAD_YMM, 0x80001230, false);
	handle_memory_fault();
	check_vector(9, "11110000");
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 32, rip 0x8000; end");
	fault(STORE_NTI, 0x80001230, true);
	handle_memory_fault();
	CHECK_STR(host_done(), "log: write to memory 0x80001230, width 4, rip 0x8000; end");
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 6);
}

/* As the C library does on a CPU that has AVX-512: by registers that nothing else has. */
UNIT(also_by_avx_512)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_YMM25, 0x80001230, false);
	handle_memory_fault();
	check_vector(25, "11110000");
	check_vector(9, "vvvvvvvv");
	CHECK_EQ(guest.rip, HOST_CODE + 6);
	CHECK_STR(host_done(), "log: read of memory 0x80001230, width 32, rip 0x8000; end");
	memset(host_vectors[25], 's', VECTOR_SIZE);
	fault(STORE_ZMM25, HOST_RAM_SIZE - 24, true);
	guest.fault.gpa = HOST_RAM_SIZE;
	guest.fault_linear = HOST_RAM_SIZE;
	handle_memory_fault();
	CHECK(!memcmp(host_ram + HOST_RAM_SIZE - 24, "ssssssssssssssssssssssss", 24));
	CHECK_STR(host_done(), "log: write to memory 0x200000, width 40, rip 0x8000; end");
}

/* The first ten bytes are in memory, the others where nothing is; and the other way around. */
UNIT(of_a_vector_the_part_in_memory_is_moved)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_XMM, HOST_RAM_SIZE - 10, false);
	memcpy(host_ram + HOST_RAM_SIZE - 10, "0123456789", 10);
	guest.fault.gpa = HOST_RAM_SIZE;
	guest.fault_linear = HOST_RAM_SIZE;
	handle_memory_fault();
	CHECK(!memcmp(host_vectors[9], "0123456789\xff\xff\xff\xff\xff\xffvvvv", 20));
	CHECK_STR(host_done(), "log: read of memory 0x200000, width 6, rip 0x8000; end");
	fault(STORE_XMM, HOST_RAM_SIZE - 2, true);
	guest.fault.gpa = HOST_RAM_SIZE;
	guest.fault_linear = HOST_RAM_SIZE;
	handle_memory_fault();
	CHECK(!memcmp(host_ram + HOST_RAM_SIZE - 4, "6701", 4));
	CHECK_STR(host_done(), "log: write to memory 0x200000, width 2, rip 0x8000; end");
}

/* The CPU accesses a half at a time, and the second one is where it failed: both are meant. */
UNIT(of_a_vector_a_later_part_may_have_failed)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_YMM, 0x80001240, false);
	guest.fault.gpa += 16;
	guest.fault_linear = 0x80001250;
	handle_memory_fault();
	check_vector(9, "11110000");
	CHECK_STR(host_done(), "log: read of memory 0x80001240, width 32, rip 0x8000; end");
	/* Nor is it one of another page. */
	fault(LOAD_YMM, 0x80001240, false);
	guest.fault_linear = 0x80003250;
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "");
}

/* Of a device, which has no such registers; of a cell; where the operand has changed meanwhile. */
UNIT(other_vectors_are_not)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_XMM, HOST_DEVICE, false);
	handle_memory_fault();
	CHECK_STR(host_done(), "log: access to memory 0xfec00000, instruction not emulated (-1), "
		  "rip 0x8000; #13(0)");
	fault(LOAD_XMM, 0x80001230, true);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "");
	fault(LOAD_XMM, 0x80001230, false);
	guest.fault_linear = 0x80005230;
	handle_memory_fault();
	CHECK_STR(host_done(), "log: access to memory 0x80001230, instruction not emulated (-116), "
		  "rip 0x8000; #13(0)");
	boot(true);
	fault(LOAD_XMM, 0x80001230, false);
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: read of memory 0x80001230, rip 0x8000");
	check_vector(9, "vvvvvvvv");
}

/* The CPU has failed at @code, it seems; but could not have used its registers. */
static void check_left_to_the_cpu(const char *code)
{
	guest.rip = HOST_CODE;
	this_percpu()->exits.stale_rip = 0;
	fault(code, 0x80001230, false);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "");
	check_vector(9, "vvvvvvvv");
	check_vector(25, "vvvvvvvv");
}

/* Written there by another CPU, after this one had executed something else: it looks again. */
UNIT(nor_are_those_that_the_guest_could_not_use)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	host_xcr0 = 3;
	check_left_to_the_cpu(LOAD_YMM);
	host_xcr0 = 0x67;
	check_left_to_the_cpu(LOAD_YMM25);
	host_xcr0 = 0xe7;
	guest.cr4 &= ~X86_CR4_OSXSAVE;
	check_left_to_the_cpu(LOAD_YMM);
	guest.cr4 &= ~X86_CR4_OSFXSR;
	check_left_to_the_cpu(LOAD_XMM);
	guest.cr4 |= X86_CR4_OSFXSR | X86_CR4_OSXSAVE;
	guest.cr0 |= X86_CR0_EM;
	check_left_to_the_cpu(LOAD_XMM);
	guest.cr0 ^= X86_CR0_EM | X86_CR0_TS;
	check_left_to_the_cpu(LOAD_XMM);
	check_left_to_the_cpu(LOAD_YMM);
}

UNIT(a_vector_s_operand_may_fault)
{
	boot(false);
	memset(host_vectors, 'v', sizeof(host_vectors));
	fault(LOAD_XMM, HOST_HOLE - 8, false);
	guest.fault_linear = HOST_HOLE - 8;
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "#14(0) 0x40000000");
	check_vector(9, "vvvvvvvv");
}

UNIT(and_a_cell_fails)
{
	boot(true);
	fault(STORE, 0x80001230, true);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "failed: write to memory 0x80001230, rip 0x8000");
}

UNIT(neither_is_executed_from_there)
{
	boot(true);
	fault(LOAD, 0x80001000, false);
	guest.fault.operand = false;
	guest.fault.fetch = true;
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: execution of memory 0x80001000, rip 0x8000");
	boot(false);
	fault(LOAD, 0x80001000, false);
	guest.fault.operand = false;
	handle_memory_fault();
	CHECK_STR(host_done(), "log: access to memory 0x80001000, instruction not emulated (-1), "
		  "rip 0x8000; #13(0)");
}

/* The guest's own tables lie outside of its memory: no operand of an instruction. */
UNIT(an_event_that_cannot_be_delivered_is_no_access)
{
	boot(false);
	fault(LOAD, HOST_DEVICE, false);
	guest.in_delivery = true;
	guest.detail = 0x181;
	handle_memory_fault();
	CHECK_STR(host_done(), "back; log: delivery of an event, reason 0x181, detail 0xfec00000, "
		  "rip 0x8000; #13(0)");
	CHECK_EQ(percpu_area.stuck, 2);
	boot(true);
	fault(LOAD, HOST_DEVICE, false);
	guest.in_delivery = true;
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: read of memory 0xfec00000, rip 0x8000");
}

UNIT(what_cannot_be_executed_ends_alike)
{
	boot(false);
	fault(SIDT, HOST_DEVICE, true);
	handle_memory_fault();
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_DENIED), 1);
	CHECK_STR(host_done(), "log: access to memory 0xfec00000, instruction not emulated (-95), "
		  "rip 0x8000; #13(0)");
	boot(true);
	fault(SIDT, HOST_DEVICE, true);
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: write to memory 0xfec00000, rip 0x8000");
}

UNIT(what_does_not_exist_is_an_undefined_opcode)
{
	boot(true);
	fault(LOCK_STORE, HOST_DEVICE, true);
	handle_memory_fault();
	CHECK_STR(host_done(), "#6");
}

/* Another CPU of the guest's has rewritten the code: it names another operand now. */
UNIT(an_instruction_that_cannot_have_faulted_there_is_tried_once_more)
{
	boot(true);
	fault(LOAD, HOST_DEVICE, false);
	RBX = HOST_DEVICE + 4;
	guest.fault_linear = HOST_DEVICE;
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_STR(host_done(), "");
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: read of memory 0xfec00000, rip 0x8000");
}

/* It has become a write where the CPU has looked for the right to read; the other way around. */
UNIT(so_is_one_that_does_not_access_it_in_the_way_that_failed)
{
	boot(true);
	fault(STORE, HOST_DEVICE, false);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_EQ(host.device.width, 0);
	CHECK_STR(host_done(), "");
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: read of memory 0xfec00000, rip 0x8000");
	boot(true);
	fault(LOAD, HOST_DEVICE, true);
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_EQ(host.device.width, 0);
	CHECK_STR(host_done(), "");
}

/* Emulated CPUs fail at the read. Whether it may write is for the guest's tables to say. */
UNIT(what_reads_and_writes_may_have_failed_at_the_read)
{
	u64 *pdpt = (u64 *)(host_ram + HOST_TABLES + PAGE_SIZE);

	boot(true);
	fault(ADD, HOST_DEVICE, false);
	handle_memory_fault();
	CHECK(host.device.is_write);
	CHECK_EQ(guest.rip, HOST_CODE + 2);
	CHECK_STR(host_done(), "end");
	boot(true);
	fault(ADD, HOST_DEVICE, false);
	guest.cr0 |= X86_CR0_WP;
	pdpt[HOST_DEVICE >> 30] &= ~2ULL;
	handle_memory_fault();
	CHECK_EQ(guest.rip, HOST_CODE);
	CHECK_EQ(host.device.width, 0);
	CHECK_STR(host_done(), "#14(3) 0xfec00000");
}

UNIT(so_is_one_whose_code_is_no_longer_there)
{
	boot(true);
	fault(LOAD, HOST_DEVICE, false);
	guest.rip = HOST_HOLE;
	percpu_area.exit_rip = HOST_HOLE;
	handle_memory_fault();
	CHECK_STR(host_done(), "");
	handle_memory_fault();
	CHECK_STR(host_done(), "failed: read of memory 0xfec00000, rip 0x40000000");
}

UNIT(a_tag_above_the_address_means_nothing)
{
	boot(true);
	fault(LOAD, HOST_DEVICE, false);
	guest.fault_linear = HOST_DEVICE | 0x7e00000000000000;
	host.device_value = 5;
	handle_memory_fault();
	CHECK_EQ(RAX, 5);
	CHECK_STR(host_done(), "end");
}

/* The guest's offset within a page is that of both addresses, or it was another access. */
UNIT(the_physical_address_belongs_to_the_operand)
{
	boot(true);
	fault(LOAD, HOST_DEVICE, false);
	guest.fault.gpa = HOST_DEVICE + 8;
	handle_memory_fault();
	CHECK_STR(host_done(), "");
}

/* Two bytes in memory, two where nothing is: the root reads ones there. */
UNIT(an_operand_across_two_pages_is_read_from_both)
{
	boot(false);
	fault(LOAD, HOST_RAM_SIZE - 2, false);
	host_ram[HOST_RAM_SIZE - 2] = 0x34;
	host_ram[HOST_RAM_SIZE - 1] = 0x12;
	guest.fault.gpa = HOST_RAM_SIZE;
	guest.fault_linear = HOST_RAM_SIZE;
	handle_memory_fault();
	CHECK_EQ(RAX, 0xffff1234);
	CHECK_STR(host_done(), "log: read of memory 0x200000, width 2, rip 0x8000; end");
}

UNIT(devices_take_no_part_in_such_an_operand)
{
	boot(true);
	fault(LOAD, HOST_DEVICE - 2, false);
	guest.fault_linear = HOST_DEVICE;
	guest.fault.gpa = HOST_DEVICE;
	handle_memory_fault();
	CHECK_EQ(host.device.width, 0);
	CHECK_STR(host_done(), "failed: read of memory 0xfec00000, rip 0x8000");
}

/* MOVSD from memory that is not mapped to the device. */
UNIT(the_other_operand_of_a_string_move_may_fault)
{
	boot(true);
	fault("\xa5", HOST_DEVICE, true);
	RDI = HOST_DEVICE;
	RSI = HOST_HOLE + 0x10;
	handle_memory_fault();
	CHECK_EQ(host.device.width, 0);
	CHECK_EQ(RDI, HOST_DEVICE);
	CHECK_STR(host_done(), "#14(0) 0x40000010");
	RSI = 0x3000;
	memcpy(host_ram + 0x3000, "abcd", 4);
	handle_memory_fault();
	CHECK_EQ(host.device.value, 0x64636261);
	CHECK_EQ(RSI, 0x3004);
	CHECK_EQ(RDI, HOST_DEVICE + 4);
	CHECK_STR(host_done(), "end");
}

/* In a pointer of a program's, and in one that ends behind its page; faults say nothing of it. */
UNIT(an_operand_s_pointer_may_have_a_tag)
{
	const u64 tag = 0x2aULL << 57;

	boot(true);
	fault("\xa5", HOST_DEVICE, true);
	RDI = tag | HOST_DEVICE;
	RSI = tag | 0x3000;
	guest.fault_linear = HOST_DEVICE;
	memcpy(host_ram + 0x3000, "abcd", 4);
	handle_memory_fault();
	CHECK_STR(host_done(), "#13(0)");
	guest.cr3 |= X86_CR3_LAM_U57;
	RSI = tag | (HOST_HOLE + 0x10);
	handle_memory_fault();
	CHECK_STR(host_done(), "#14(0) 0x40000010");
	RSI = tag | 0x3000;
	handle_memory_fault();
	CHECK_EQ(host.device.value, 0x64636261);
	CHECK_EQ(RSI, tag | 0x3004);
	CHECK_STR(host_done(), "end");

	boot(false);
	guest.cr3 |= X86_CR3_LAM_U57;
	fault(LOAD, HOST_RAM_SIZE - 2, false);
	RBX |= tag;
	memcpy(host_ram + HOST_RAM_SIZE - 2, "ab", 2);
	guest.fault.gpa = HOST_RAM_SIZE;
	guest.fault_linear = HOST_RAM_SIZE;
	handle_memory_fault();
	CHECK_EQ(RAX, 0xffff6261);
	CHECK_STR(host_done(), "log: read of memory 0x200000, width 2, rip 0x8000; end");
}

UNIT(the_apic_s_page_is_the_apic_s)
{
	boot(true);
	fault(LOAD, 0xfee00020, false);
	host.apic_value = 0x3000000;
	handle_memory_fault();
	CHECK_EQ(RAX, 0x3000000);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_XAPIC), 1);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_MMIO), 0);
	CHECK_STR(host_done(), "apic read 0xfee00020/4; end");
}

/* In x2APIC mode there is no page, which is no offence of a cell, either. */
UNIT(unless_it_is_in_the_mode_that_has_none)
{
	boot(true);
	percpu_area.apic.base |= APIC_BASE_EXTD;
	fault(LOAD, 0xfee00020, false);
	handle_memory_fault();
	CHECK_EQ(RAX, 0xffffffff);
	CHECK_EQ(host_stat(JAILHOUSE_CPU_STAT_VMEXITS_MMIO), 1);
	CHECK_STR(host_done(), "log: read of memory 0xfee00020, width 4, rip 0x8000; end");
}

/* MOV EAX, [BX] behind a code segment's base, as at a reset. */
UNIT(in_16_bit_code_segments_have_bases)
{
	static const char code[] = "\x66\x67\x8b\x03";

	boot(true);
	host_code(0x9000, code, 4);
	guest.rip = 0x1000;
	percpu_area.exit_rip = 0x1000;
	guest.mode = INSN_MODE_16;
	guest.cr0 = 0x30;
	guest.efer = 0;
	guest.seg_base[INSN_CS] = 0x8000;
	guest.seg_base[INSN_DS] = HOST_DEVICE;
	RBX = 0x20;
	guest.fault.gpa = HOST_DEVICE + 0x20;
	host.device_value = 7;
	handle_memory_fault();
	CHECK_EQ(RAX, 7);
	CHECK_EQ(guest.rip, 0x1004);
	CHECK_STR(host_done(), "end");
}
