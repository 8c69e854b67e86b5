// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest in any state that the architecture has, by random bytes. It would pass a VM entry as
 * it is: so whatever does not pass afterwards is the doing of an exit's handler.
 */
#include <string.h>
#include "entry.h"
#include "percpu.h"
#include "registers.h"

struct random_input *entry_input;

/* xorshift: the same bytes everywhere. */
void random_fill(u8 *bytes, size_t size, u32 seed)
{
	u32 x = seed * 2654435761U + 1;

	while (size--) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		*bytes++ = (u8)(x >> 24);
	}
}

u32 pick(u32 choices)
{
	u8 byte = 0;

	if (entry_input && entry_input->left) {
		byte = *entry_input->next++;
		entry_input->left--;
	}
	return byte % choices;
}

u64 random64(void)
{
	u64 value = 0;
	unsigned int n;

	for (n = 0; n < sizeof(value); n++)
		value = value << 8 | pick(256);
	return value;
}

#define CR4_PLAIN	(X86_CR4_PSE | X86_CR4_PGE | X86_CR4_OSXSAVE | 0x30060fULL)

static void choose_control_registers(struct guest_state *guest)
{
	enum guest_mode mode = guest->mode;
	u64 cr0 = X86_CR0_ET | (pick(2) ? X86_CR0_WP : 0) | (pick(2) ? X86_CR0_TS : 0);
	u64 cr4 = random64() & CR4_PLAIN, efer = pick(2) ? X86_EFER_SCE | X86_EFER_NXE : 0;

	if (mode != REAL)
		cr0 |= X86_CR0_PE;
	if (mode >= PAGED)
		cr0 |= X86_CR0_PG;
	if (mode == PAE || guest_is_long(guest) || (mode < PAGED && pick(2)))
		cr4 |= X86_CR4_PAE;
	if (guest_is_long(guest)) {
		efer |= X86_EFER_LME | X86_EFER_LMA;
		cr4 |= pick(2) ? X86_CR4_PCIDE : 0;
	} else if (mode < PAGED && pick(2)) {
		efer |= X86_EFER_LME;
	}
	guest->cr0 = cr0;
	guest->cr4 = cr4;
	guest->efer = efer;
}

/* Tables that map the first GiB to itself; see make_tables(). */
#define PML4		0x1000
#define PDPT		0x2000
#define DIRECTORY	0x3000

static void choose_tables(struct guest_state *guest)
{
	static const u64 cr3s[] = {
		PML4, PML4, 0, GUEST_RAM_SIZE - 4096, GUEST_RAM_SIZE, 0xfff000,
	};
	bool pae = guest->mode == PAE;
	unsigned int n;

	guest->cr3 = pae ? PDPT : cr3s[pick(ARRAY_SIZE(cr3s))];
	for (n = 0; n < 4; n++)
		guest->pdpte[n] = pae ? (DIRECTORY | 1) : random64();
}

static void make_tables(void)
{
	u64 *pml4 = (u64 *)(guest_ram + PML4), *pdpt = (u64 *)(guest_ram + PDPT);
	u64 *directory = (u64 *)(guest_ram + DIRECTORY);
	unsigned int n;

	pml4[0] = PDPT | 7;
	for (n = 0; n < 4; n++)
		pdpt[n] = DIRECTORY | (n ? 1 : 7);
	for (n = 0; n < 512; n++)
		directory[n] = (u64)n << 21 | 0xe7;
	/* The device, as the last 2 MiB. */
	directory[511] = DEVICE_GPA >> 21 << 21 | 0xe7;
}

/* Access rights as LAR gives them. */
#define REAL_CODE	0x9b
#define REAL_DATA	0x93
#define LDT		0x82
#define TSS_32		0x8b
#define TSS_16		0x83
#define LONG_CODE	(1U << 13)
#define CODE_32		(1U << 14)

static struct guest_segment code_segment(const struct guest_state *guest)
{
	u32 ar = 0x809b | guest->cpl << 5;

	if (guest->mode == LONG)
		ar |= LONG_CODE;
	else if (pick(2))
		ar |= CODE_32;
	return (struct guest_segment){ (u16)(8 | guest->cpl), 0xffffffff, ar, 0 };
}

static struct guest_segment choose_segment(const struct guest_state *guest, unsigned int index)
{
	u32 real = index == SEG_CS && guest->mode == REAL && pick(2) ? REAL_CODE : REAL_DATA;

	if (guest->mode == V86)
		return (struct guest_segment){ 0x1000, 0xffff, 0xf3, 0x10000 };
	if (guest->mode == REAL)
		return (struct guest_segment){ 0x1000, 0xffff, real, 0x10000 };
	if (index != SEG_SS && pick(2))
		return (struct guest_segment){ .ar = AR_UNUSABLE };
	return (struct guest_segment){ (u16)(0x10 | guest->cpl), 0xffffffff,
				       0xc093 | guest->cpl << 5, 0 };
}

static void choose_segments(struct guest_state *guest)
{
	enum guest_mode mode = guest->mode;
	unsigned int n;

	for (n = SEG_ES; n <= SEG_GS; n++)
		guest->segments[n] = choose_segment(guest, n);
	if (mode != V86 && mode != REAL)
		guest->segments[SEG_CS] = code_segment(guest);
	guest->segments[SEG_LDTR] = (struct guest_segment){ 0, 0xffff,
							    pick(2) ? AR_UNUSABLE : LDT, 0 };
	guest->segments[SEG_TR] = (struct guest_segment){
		0x40, 0x67, guest_is_long(guest) || pick(2) ? TSS_32 : TSS_16, 0,
	};
}

static u64 choose_rip(enum guest_mode mode)
{
	static const u64 rips[] = {
		0, 0x100, 0x7ff0, 0xfffe, 0xffff, 0x10000, 0x1ffffe, 0x7fffffff, 0xfffffffe,
		0xffffffff,
	};
	static const u64 long_rips[] = {
		0x100000000, 0x7ffffffffffe, 0xffff800000000000, 0xffffffff81000000, ~1ULL,
	};

	if (mode == LONG && pick(2))
		return long_rips[pick(ARRAY_SIZE(long_rips))];
	return rips[pick(ARRAY_SIZE(rips))];
}

/* A shadow belongs to the instruction that exits; HLT has none, nor single-steps. */
static void choose_execution_state(struct guest_state *guest, bool root)
{
	u64 rflags = X86_RFLAGS_FIXED | (random64() & 0x50cd5);

	guest->btf = root && !pick(4);
	rflags |= pick(2) ? X86_RFLAGS_IF : 0;
	rflags |= guest->mode == V86 ? BIT_ULL(17) : 0;
	rflags |= !guest->halted && !pick(4) ? X86_RFLAGS_TF : 0;
	if (!guest->halted && !pick(4))
		guest->shadow = rflags & X86_RFLAGS_IF && pick(2) ? SHADOW_STI : SHADOW_MOV_SS;
	guest->nmi_blocked = !pick(4);
	guest->rflags = rflags;
}

static void choose_registers(void)
{
	unsigned int n;

	for (n = 0; n < INSN_NUM_GPRS; n++)
		percpu_regs.gpr[n] = pick(2) ? random64() : pick(256);
}

void guest_run(struct guest_state *guest, bool root)
{
	make_tables();
	*guest = (struct guest_state){ .mode = pick(NUM_MODES) };
	guest->halted = guest->mode != V86 && !pick(8);
	if (guest->mode == V86)
		guest->cpl = 3;
	else if (!guest->halted && guest->mode != REAL)
		guest->cpl = pick(2) * 3;
	choose_control_registers(guest);
	choose_tables(guest);
	choose_segments(guest);
	choose_execution_state(guest, root);
	guest->rip = choose_rip(guest->mode);
	choose_registers();
}

u8 *guest_code(struct guest_state *guest)
{
	guest->rip &= 0xffff;
	return guest_ram + (guest->segments[SEG_CS].base + guest->rip) % (GUEST_RAM_SIZE - 16);
}

u64 guest_moves(u8 *code)
{
	static const u8 moves[][6] = {
		{ 0x8b, 0x00 }, { 0x89, 0x00 }, { 0xc7, 0x00, 1, 2, 3, 4 }, { 0xf3, 0xa5 },
		{ 0xa4 }, { 0x0f, 0xb6, 0x00 }, { 0x83, 0x08, 1 }, { 0x66, 0x89, 0x00 },
	};
	u64 gpa = pick(4) ? DEVICE_GPA + pick(256) * 16 : random64() & 0x7fffffffff;

	memcpy(code, moves[pick(ARRAY_SIZE(moves))], 6);
	if (!pick(4))
		return gpa;
	percpu_regs.gpr[INSN_RSI] = pick(2) ? 0x8000 : 0x3fe00000 + (DEVICE_GPA & 0x1fffff);
	percpu_regs.gpr[INSN_RDI] = pick(2) ? 0x9000 : 0x3fe00000 + (DEVICE_GPA & 0x1fffff);
	percpu_regs.gpr[INSN_RAX] = DEVICE_GPA;
	return gpa;
}

u16 pick_port(void)
{
	static const u16 ports[] = { 0x80, 0x3f8, 0xcf8, 0xcfc, 0xcfe, 0xffff };

	return ports[pick(ARRAY_SIZE(ports))];
}

u32 pick_msr(void)
{
	static const u32 msrs[] = {
		0x1b, 0x3a, 0x79, 0x8b, 0x1a0, 0x1d9, 0x200, 0x277, 0x2ff, 0x38f, 0x3f1, 0x480,
		0x570, 0x600, 0x80b, 0x830, 0x83f, 0xda0, 0x17d0, 0x2000, 0xc0000080, 0xc0000080,
		0xc0010015, 0xc0010114, 0xc0010117, 0xffffffff,
	};

	return msrs[pick(ARRAY_SIZE(msrs))];
}
