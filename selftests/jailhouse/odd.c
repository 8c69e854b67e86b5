// SPDX-License-Identifier: GPL-2.0-only
/*
 * odd: instructions that exit to a hypervisor, and their like, in every state that a program
 * without any right can get a CPU into: in 64-bit, compatibility and 16-bit code, in the
 * middle and at the very end of a segment, with the trap, resume and alignment flags, and
 * behind a load of SS, which holds back traps and interrupts. One line for each says what
 * became of it. Nothing in it depends on whether there is a hypervisor: what is printed
 * before and after it is enabled has to be the same.
 *
 *	odd		on each CPU, as nobody
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define NOBODY		65534

#define FLAG_TF		0x100UL
#define FLAG_RF		0x10000UL
#define FLAG_AC		0x40000UL
/* What a program may see of itself: these, and the status flags. */
#define FLAGS_COMPARED	(0xcd5UL | FLAG_TF | FLAG_RF | FLAG_AC)

#define TRAP_DB		1
#define MOST_TRAPS	6
#define SECONDS_AT_MOST	1

/* The last page below 4 GiB, and the last of a segment of 64 KiB; data between them. */
#define LAST_PAGE	0xfffff000UL
#define SMALL_BASE	0x10000000UL
#define SMALL_SIZE	0x10000UL
#define DATA_PAGE	0x20000000UL

#define USER_CS32	0x23
#define USER_DS		0x2b
#define USER_CS		0x33
#define LDT(n)		((n) << 3 | 7)

struct place {
	const char *name;
	unsigned int cs;
	unsigned long base;	/* of the segment */
	unsigned long end;	/* of the segment, as offset */
	int nothing_behind;	/* a fault comes behind the end */
};

static const struct place places[] = {
	{ "64-bit", USER_CS, 0, LAST_PAGE + 0x800, 0 },
	{ "32-bit", USER_CS32, 0, LAST_PAGE + 0x800, 0 },
	{ "32-bit end", USER_CS32, 0, 0x100000000, 1 },
	{ "16-bit", LDT(0), SMALL_BASE, SMALL_SIZE - 0x800, 0 },
	{ "16-bit end", LDT(0), SMALL_BASE, SMALL_SIZE, 1 },
	{ "16-bit flat end", LDT(1), 0, 0x100000000, 1 },
};

static const struct {
	const char *name;
	unsigned char bytes[6];
	unsigned int length;
} instructions[] = {
	{ "NOP", "\x90", 1 },
	{ "CPUID", "\x0f\xa2", 2 },
	{ "CPUID with a prefix", "\x66\x0f\xa2", 3 },
	{ "VMCALL", "\x0f\x01\xc1", 3 },
	{ "VMLAUNCH", "\x0f\x01\xc2", 3 },
	{ "VMRESUME", "\x0f\x01\xc3", 3 },
	{ "VMXOFF", "\x0f\x01\xc4", 3 },
	{ "VMFUNC", "\x0f\x01\xd4", 3 },
	{ "VMREAD", "\x0f\x78\xc0", 3 },
	{ "VMWRITE", "\x0f\x79\xc0", 3 },
	{ "VMPTRLD", "\x0f\xc7\x30", 3 },
	{ "VMPTRST", "\x0f\xc7\x38", 3 },
	{ "VMCLEAR", "\x66\x0f\xc7\x30", 4 },
	{ "VMXON", "\xf3\x0f\xc7\x30", 4 },
	{ "INVEPT", "\x66\x0f\x38\x80\x08", 5 },
	{ "INVVPID", "\x66\x0f\x38\x81\x08", 5 },
	{ "VMMCALL", "\x0f\x01\xd9", 3 },
	{ "XSETBV", "\x0f\x01\xd1", 3 },
	{ "XGETBV", "\x0f\x01\xd0", 3 },
	{ "GETSEC", "\x0f\x37", 2 },
	{ "INVD", "\x0f\x08", 2 },
	{ "WBINVD", "\x0f\x09", 2 },
	{ "RDMSR", "\x0f\x32", 2 },
	{ "WRMSR", "\x0f\x30", 2 },
	{ "RDPMC", "\x0f\x33", 2 },
	{ "RDTSC", "\x0f\x31", 2 },
	{ "RDTSCP", "\x0f\x01\xf9", 3 },
	{ "MONITOR", "\x0f\x01\xc8", 3 },
	{ "MWAIT", "\x0f\x01\xc9", 3 },
	{ "ENCLS", "\x0f\x01\xcf", 3 },
	{ "RSM", "\x0f\xaa", 2 },
	{ "CLTS", "\x0f\x06", 2 },
	{ "MOV to CR0", "\x0f\x22\xc0", 3 },
	{ "MOV from CR4", "\x0f\x20\xe0", 3 },
	{ "MOV to DR7", "\x0f\x23\xf8", 3 },
	{ "LMSW", "\x0f\x01\xf0", 3 },
	{ "HLT", "\xf4", 1 },
	{ "PAUSE", "\xf3\x90", 2 },
	{ "IN", "\xec", 1 },
	{ "OUT", "\xee", 1 },
	{ "INS", "\x6c", 1 },
	{ "INT1", "\xf1", 1 },
	{ "UD2", "\x0f\x0b", 2 },
};

static const struct {
	const char *name;
	unsigned long flags;
} states[] = {
	{ "", 0 },
	{ " TF", FLAG_TF },
	{ " RF", FLAG_RF },
	{ " AC", FLAG_AC },
	{ " TF RF", FLAG_TF | FLAG_RF },
};

static const unsigned char load_ss[] = { 0x8e, 0xd6 };	/* mov %esi, %ss */

static sigjmp_buf back;
static unsigned int traps;
static char result[256];

static void die(const char *what)
{
	fprintf(stderr, "odd: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Outside of 64-bit code, 4 GiB is 0: not to the emulated CPU as long as nothing is done. */
static unsigned long long rip_of(const greg_t *regs)
{
	unsigned long long rip = (unsigned long long)regs[REG_RIP];

	return rip == 0x100000000 ? 0 : rip;
}

/* Each signal adds to the result; single steps go on, all others end the case. */
static void note(int sig, siginfo_t *info, void *context)
{
	const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	size_t used;

	/* The kernel leaves AC to the handler, and the C library is not made for it. */
	asm volatile("pushfq; andq %0, (%%rsp); popfq" : : "i" (~FLAG_AC) : "memory", "cc");
	used = strlen(result);
	snprintf(result + used, sizeof(result) - used, " %d.%d@%llx/%llx", sig,
		 (int)regs[REG_TRAPNO], rip_of(regs),
		 (unsigned long long)regs[REG_EFL] & FLAGS_COMPARED);
	if (sig == SIGALRM)
		strcpy(result, " no end");
	if (sig == SIGSEGV)
		snprintf(result + strlen(result), sizeof(result) - strlen(result), "=%llx",
			 (unsigned long long)regs[REG_ERR]);
	(void)info;
	if (sig != SIGTRAP || regs[REG_TRAPNO] != TRAP_DB || ++traps == MOST_TRAPS)
		siglongjmp(back, 1);
}

static void catch_signals(void)
{
	static const int signals[] = {
		SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGALRM,
	};
	static char stack[65536];
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};
	unsigned int i;

	if (sigaltstack(&alternative, NULL))
		die("sigaltstack");
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigaction(signals[i], &action, NULL))
			die("sigaction");
}

static void map_at(unsigned long address, size_t size)
{
	void *got = mmap((void *)address, size, PROT_READ | PROT_WRITE | PROT_EXEC,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (got != (void *)address)
		die("mmap");
}

/* A 16-bit code segment of 64 KiB, and one of 4 GiB. */
static int make_segments(void)
{
	struct user_desc desc = {
		.entry_number = 0, .base_addr = SMALL_BASE, .limit = SMALL_SIZE - 1,
		.contents = MODIFY_LDT_CONTENTS_CODE,
	};

	if (syscall(SYS_modify_ldt, 1, &desc, sizeof(desc)))
		return 0;
	desc.entry_number = 1;
	desc.base_addr = 0;
	desc.limit = 0xfffff;
	desc.limit_in_pages = 1;
	return !syscall(SYS_modify_ldt, 1, &desc, sizeof(desc));
}

/*
 * All registers that matter to an instruction are as a place has them at its start: such that it
 * would succeed, where it depends on them, if it were allowed. XSETBV has a value that is valid.
 */
static void jump(unsigned int cs, unsigned long ip, unsigned long flags)
{
	struct {
		unsigned long rip, cs, rflags, rsp, ss;
	} frame = { ip, cs, flags | 0x202, DATA_PAGE + 0x800, USER_DS };

	asm volatile("movl %[data], %%edx\n\t"
		     "movl %%edx, %%ds\n\t"
		     "movl %%edx, %%es\n\t"
		     "movq %[frame], %%rsp\n\t"
		     "movl %%edx, %%esi\n\t"
		     "movl $7, %%eax\n\t"
		     "xorl %%ecx, %%ecx\n\t"
		     "xorl %%edx, %%edx\n\t"
		     "xorl %%ebx, %%ebx\n\t"
		     "xorl %%edi, %%edi\n\t"
		     "iretq"
		     : : [data] "i" (USER_DS), [frame] "r" (&frame) : "memory");
	__builtin_unreachable();
}

/* Up to the end of the place; behind what ends before it there is an INT3. */
static unsigned long write_code(const struct place *place, unsigned int which, int shadow)
{
	unsigned int length = instructions[which].length;
	unsigned char *code = (void *)(place->base + place->end - length);

	memcpy(code, instructions[which].bytes, length);
	if (!place->nothing_behind)
		code[length] = 0xcc;
	if (!shadow)
		return place->end - length;
	memcpy(code - sizeof(load_ss), load_ss, sizeof(load_ss));
	return place->end - length - sizeof(load_ss);
}

static void try(const struct place *place, unsigned int which, unsigned int state, int shadow)
{
	static unsigned long ip;

	ip = write_code(place, which, shadow);
	traps = 0;
	result[0] = 0;
	alarm(SECONDS_AT_MOST);
	if (!sigsetjmp(back, 1))
		jump(place->cs, ip, states[state].flags);
	printf("%s, %s%s%s:%s\n", instructions[which].name, place->name,
	       states[state].name, shadow ? " shadow" : "", result);
}

static void try_all(unsigned int num_places)
{
	unsigned int place, which, state;
	int shadow;

	for (place = 0; place < num_places; place++)
		for (which = 0; which < ARRAY_SIZE(instructions); which++)
			for (state = 0; state < ARRAY_SIZE(states); state++)
				for (shadow = 0; shadow < 2; shadow++)
					try(&places[place], which, state, shadow);
}

int main(void)
{
	unsigned int num_places = ARRAY_SIZE(places);
	long cpu, num_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	if (!geteuid() && (setgid(NOBODY) || setuid(NOBODY)))
		die("setuid");
	map_at(LAST_PAGE, 0x1000);
	map_at(SMALL_BASE, SMALL_SIZE);
	map_at(DATA_PAGE, 0x1000);
	if (!make_segments()) {
		puts("no LDT: no 16-bit code");
		num_places = 3;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	catch_signals();
	for (cpu = 0; cpu < num_cpus; cpu++) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			die("sched_setaffinity");
		printf("CPU %ld\n", cpu);
		try_all(num_places);
	}
	return 0;
}
