// SPDX-License-Identifier: GPL-2.0-only
/* LIKE: cells.c */
/* SOURCES: ../selftests/unit/fake/fake.c ../selftests/unit/fake/invariants.c */
/* OPTIONS: -max_len=512 */
/*
 * What guests may do, in any order, on the fake machine: hypercalls with any arguments,
 * configurations, comm regions, failing, INIT and SIPI; with CPUs that hang and a pool
 * that is nearly empty. After each step everything has one owner, and in the end the root
 * cell gets everything back.
 */
#include "fuzz.h"
#include "cell.h"
#include "cell_state.h"
#include "config_check.h"
#include "cpu_events.h"
#include "log.h"
#include "region.h"
#include "fake/fake.h"

#define NUM_CPUS	6U

/* Where configurations may be placed; the last one is in RAM that cells may get. */
static const u64 config_gpas[] = { FAKE_CONFIG_GPA, 0x1000, FAKE_RAM1_START + 0x800 };

static u8 take_byte(struct fuzz_input *input)
{
	u8 byte;

	fuzz_take(input, &byte, sizeof(byte));
	return byte;
}

/* Small numbers, addresses of configurations, or anything. */
static u64 take_arg(struct fuzz_input *input)
{
	const u8 kind = take_byte(input);
	u64 raw;

	switch (kind >> 6) {
	case 0:
		return kind & 7;
	case 1:
		return config_gpas[kind % ARRAY_SIZE(config_gpas)];
	case 2:
		return JAILHOUSE_TIMEOUT_KILL;
	default:
		fuzz_take(input, &raw, sizeof(raw));
		return raw;
	}
}

/* Returns true if that was the end of the hypervisor. */
static bool call(struct fuzz_input *input)
{
	const u8 who = take_byte(input);
	const u32 code = who >> 4;
	const unsigned int cpu = who % NUM_CPUS;
	const u64 arg1 = take_arg(input), arg2 = take_arg(input);
	unsigned int tries = 0;
	long ret;

	if (fake.cpu[cpu].state != FAKE_GUEST || fake.cpu[cpu].hung)
		return false;
	do {
		ret = fake_hypercall(cpu, code, arg1, arg2);
		REQUIRE(ret >= -4095 && ret <= 0x7fffffff);
	} while ((ret == -EINPROGRESS || ret == -EAGAIN) && who & 8 && ++tries < 100);
	return code == JAILHOUSE_HC_DISABLE && !ret;
}

static void place_config(struct fuzz_input *input)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	struct fake_config config;
	const u8 kind = take_byte(input);
	const u8 counts = take_byte(input);
	const u64 gpa = config_gpas[kind % ARRAY_SIZE(config_gpas)];
	unsigned int n;
	u64 start;
	u8 at, size, flags;

	fake_config(&config, names[kind >> 2 & 3], take_byte(input), kind >> 4 & 7);
	config.cell.cpu_reset_address = 0;
	for (n = 0; n < 1U + (counts & 15) % FAKE_MAX_MEMORY; n++) {
		at = take_byte(input);
		size = take_byte(input);
		flags = take_byte(input);
		start = at >= 0xf0 ? FAKE_IO_START + (at & 7) * PAGE_SIZE :
				     FAKE_RAM1_START + at * 0x8000ULL;
		if (flags & 0x80)
			fake_add_memory(&config, 0, 0x40000000, PAGE_SIZE,
					JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
					JAILHOUSE_MEM_COMM_REGION);
		else
			fake_add_memory(&config, start, n * 0x1000000ULL,
					(1ULL + size) << PAGE_SHIFT,
					JAILHOUSE_MEM_READ | (flags & 0x7fU) << 1);
		if (size & 1 && flags & 0x40)
			config.mem[n].flags |= JAILHOUSE_MEM_ROOTSHARED;
	}
	for (n = 0; n < (counts >> 4) % (FAKE_MAX_PIO + 1U); n++) {
		at = take_byte(input);
		size = take_byte(input);
		flags = take_byte(input);
		fake_add_pio(&config, (u16)(at * 8), size & 31, flags & 3);
	}
	fake_config_place(&config, gpa);
	if (kind & 0x80) {
		at = take_byte(input);
		fake.ram[gpa + at] ^= take_byte(input);
	}
}

/* A cell writes to its comm region. */
static void write_comm(struct fuzz_input *input)
{
	const u8 where = take_byte(input);
	struct jailhouse_comm_region *comm = fake_comm(where & 3);
	u32 value = take_byte(input);

	if (!comm)
		return;
	if (where & 0x80)
		fuzz_take(input, &value, sizeof(value));
	switch (where >> 4 & 3) {
	case 0:
		comm->cell_state = value;
		break;
	case 1:
		comm->msg_to_cell = value;
		break;
	case 2:
		comm->msg_from_cell = value;
		break;
	default:
		comm->msg_from_cell = value;
		comm->msg_to_cell = JAILHOUSE_MSG_NONE;
	}
}

static void fail_cpu(struct fuzz_input *input)
{
	const unsigned int cpu = take_byte(input) % NUM_CPUS;

	if (fake.cpu[cpu].state != FAKE_GUEST || fake.cpu[cpu].hung)
		return;
	fake.current = cpu;
	cell_fail(&machine.cpus[cpu], "fuzzing");
	fake_settle();
}

/* CPUs that do not hang take what they were asked, and on their way to the guest its NMIs. */
static void settle(void)
{
	unsigned int n;

	fake_settle();
	for (n = 0; n < NUM_CPUS; n++)
		if (!fake.cpu[n].hung)
			cpu_take_nmis(&machine.cpus[n]);
}

/* As a write to the ICR does it: only to CPUs of the sender's cell. */
static void send_ipi(struct fuzz_input *input)
{
	static const u32 requests[] = { CPU_REQ_INIT, CPU_REQ_SIPI, CPU_REQ_NMI,
					CPU_REQ_INIT | CPU_REQ_SIPI };
	const unsigned int from = take_byte(input) % NUM_CPUS;
	const u8 what = take_byte(input);
	struct cpu *target = &machine.cpus[(what >> 2) % NUM_CPUS];

	if (fake.cpu[from].state != FAKE_GUEST || target->cell != machine.cpus[from].cell)
		return;
	fake.current = from;
	cpu_post(target, requests[what & 3]);
	settle();
}

/* Others than cells use the pool when the hypervisor starts only: they leave the reserve. */
static void fill_pool(struct fuzz_input *input)
{
	const u8 spare = take_byte(input);
	const struct cell *cell;
	u64 reserve = 0;

	fake_pool_unfill();
	for_each_cell(&machine, cell)
		if (!cell_is_root(cell))
			reserve += region_reserve(cell);
	if (spare < 128)
		fake_pool_fill((u32)reserve + spare);
}

static void change_machine(struct fuzz_input *input)
{
	const u8 what = take_byte(input);
	struct fake_cpu *cpu = &fake.cpu[(what >> 3) % NUM_CPUS];

	switch (what & 7) {
	case 0:
		cpu->hung = true;
		break;
	case 1:
	case 2:
		cpu->hung = false;
		settle();
		break;
	case 3:
		fake.late_kicks = !fake.late_kicks;
		break;
	case 4:
		fake.tsc_step = 1U << (what >> 3) % 16;
		break;
	default:
		fake.tsc += (u64)(what >> 3) * 100 * FAKE_TSC_KHZ;
	}
}

static void require_sound(void)
{
	const char *what = fake_broken();

	if (what)
		fprintf(stderr, "%s\n", what);
	REQUIRE(!what);
}

/* Whatever happened, the root cell can get everything back. */
static void clean_up(const struct fake_snapshot *before)
{
	const char *what;
	unsigned int n, root_cpu;

	for (n = 0; n < NUM_CPUS; n++)
		fake.cpu[n].hung = false;
	settle();
	root_cpu = cpu_set_first(&machine.root->cpus);
	fake.tsc += 3000ULL * FAKE_TSC_KHZ;
	/* Stopped cells lock nothing. */
	REQUIRE(!fake_repeat(root_cpu, JAILHOUSE_HC_CELLS_STOP, 0, JAILHOUSE_TIMEOUT_KILL));
	while (machine.root->next) {
		REQUIRE(!fake_repeat(root_cpu, JAILHOUSE_HC_CELL_DESTROY,
				     machine.root->next->id, JAILHOUSE_TIMEOUT_KILL));
		require_sound();
	}
	fake_pool_unfill();
	what = fake_changed(before);
	if (what)
		fprintf(stderr, "changed: %s\n", what);
	REQUIRE(!what);
	REQUIRE(!strstr(machine.log->text, "BUG"));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct fake_snapshot before;
	struct fuzz_input input = { data, size };

	fake_boot_unready(NUM_CPUS);
	fake_pool_unfill();
	REQUIRE(!cell_init_root(&machine));
	fake_enter();
	fake_snapshot(&before);
	while (input.left) {
		switch (take_byte(&input) & 15) {
		case 0:
		case 1:
		case 2:
			place_config(&input);
			break;
		case 3:
			write_comm(&input);
			break;
		case 4:
			change_machine(&input);
			break;
		case 5:
			fail_cpu(&input);
			break;
		case 6:
			send_ipi(&input);
			break;
		case 7:
			fill_pool(&input);
			break;
		default:
			if (call(&input))
				return 0;
			require_sound();
		}
	}
	clean_up(&before);
	return 0;
}
