// SPDX-License-Identifier: GPL-2.0-only
/*
 * One access to memory, by default one that must end the cell.
 *
 *	gpa=ADDRESS	where
 *	kind=read|write|lock|movs-from|movs-to|stos|push|execute|walk|gdt|idt|fpu
 *	width=1|2|4|8	of read, write, lock and the string kinds; default 4
 *	count=N		elements of the string kinds, default 1
 *	expect=ok	the access is allowed: the inmate reports and goes on
 *
 * "fpu" is an instruction that the hypervisor does not decode. An access that crosses a
 * page is one with an address just before the border. "walk" uses the address as page
 * table, "gdt" and "idt" as descriptor table.
 */
#include "report.h"

static u64 gpa, width, count;
static u8 own[4096] __aligned(4096);

static void access_read(void)
{
	switch (width) {
	case 1:
		mmio_read8(gpa);
		break;
	case 2:
		asm volatile("movw (%0), %%ax" : : "r" (gpa) : "rax", "memory");
		break;
	case 4:
		mmio_read32(gpa);
		break;
	default:
		asm volatile("movq (%0), %%rax" : : "r" (gpa) : "rax", "memory");
	}
}

static void access_write(void)
{
	switch (width) {
	case 1:
		mmio_write8(gpa, 0xa5);
		break;
	case 2:
		asm volatile("movw %w1, (%0)" : : "r" (gpa), "r" (0xa5a5) : "memory");
		break;
	case 4:
		mmio_write32(gpa, 0xa5a5a5a5);
		break;
	default:
		asm volatile("movq %1, (%0)" : : "r" (gpa), "r" (-1L) : "memory");
	}
}

static void access_lock(void)
{
	u64 value = 1;

	if (width == 8)
		asm volatile("lock xaddq %0, (%1)" : "+r" (value) : "r" (gpa) : "memory", "cc");
	else
		asm volatile("lock xaddl %k0, (%1)" : "+r" (value) : "r" (gpa) : "memory", "cc");
}

static void copy(u64 to, u64 from)
{
	u64 n = count;

	switch (width) {
	case 1:
		asm volatile("rep movsb" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
		break;
	case 2:
		asm volatile("rep movsw" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
		break;
	case 4:
		asm volatile("rep movsl" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
		break;
	default:
		asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
	}
}

static void access_movs_from(void)
{
	copy((u64)own, gpa);
}

static void access_movs_to(void)
{
	copy(gpa, (u64)own);
}

static void access_stos(void)
{
	u64 to = gpa, n = count;

	if (width == 1)
		asm volatile("rep stosb" : "+D" (to), "+c" (n) : "a" (0xa5) : "memory");
	else
		asm volatile("rep stosl" : "+D" (to), "+c" (n) : "a" (0xa5) : "memory");
}

static void access_push(void)
{
	asm volatile("movq %%rsp, %%rbx; movq %0, %%rsp; pushq $1; movq %%rbx, %%rsp"
		     : : "r" (gpa + 8) : "rbx", "memory");
}

static void access_execute(void)
{
	((void (*)(void))gpa)();
}

static void access_walk(void)
{
	u64 old = read_cr3();

	write_cr3(gpa);
	write_cr3(old);
}

static void access_fpu(void)
{
	asm volatile("clts; fninit; fnstcw (%0)" : : "r" (gpa) : "memory");
}

struct table {
	u16 limit;
	u64 base;
} __packed;

static void access_gdt(void)
{
	struct table table = { 0xff, gpa };

	asm volatile("lgdt %0; movl $0x10, %%eax; movl %%eax, %%fs"
		     : : "m" (table) : "rax", "memory");
}

static void access_idt(void)
{
	struct table table = { 0xfff, gpa };

	asm volatile("lidt %0; int3" : : "m" (table) : "memory");
}

static const struct {
	const char *name;
	void (*access)(void);
} kinds[] = {
	{ "read", access_read },
	{ "write", access_write },
	{ "lock", access_lock },
	{ "movs-from", access_movs_from },
	{ "movs-to", access_movs_to },
	{ "stos", access_stos },
	{ "push", access_push },
	{ "execute", access_execute },
	{ "walk", access_walk },
	{ "gdt", access_gdt },
	{ "idt", access_idt },
	{ "fpu", access_fpu },
};

void inmate_main(void)
{
	bool allowed = cmdline_is("expect", "ok");
	char kind[16];
	unsigned int i;

	report_begin("memory");
	gpa = cmdline_u64("gpa", 0x200000);
	width = cmdline_u64("width", 4);
	count = cmdline_u64("count", 1);
	if (!cmdline_get("kind", kind, sizeof(kind)))
		memcpy(kind, "read", 5);
	if (gpa + width * count > 1ULL << 32)
		map_range(gpa, width * count);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kind, kinds[i].name) != 0)
			continue;
		report_trying("%s at 0x%llx, width %llu", kind, gpa, width);
		kinds[i].access();
		if (!allowed)
			report_survived();
		report(true, "%s at 0x%llx is allowed", kind, gpa);
		report_done();
	}
	report(false, "no kind '%s'", kind);
	report_done();
}
