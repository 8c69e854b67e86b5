// SPDX-License-Identifier: GPL-2.0-only
/* Hypercalls: who may call what, and one management operation at a time. */
#include "hypercall.h"
#include "arch.h"
#include "cell.h"
#include "cell_console.h"
#include "cell_log.h"
#include "cell_state.h"
#include "cpu_events.h"
#include "op_lock.h"

/* Milliseconds after which an operation that is not called again is given up. */
#define IDLE_LIMIT	2000

static u64 ticks(const struct machine *m, u64 milliseconds)
{
	return m->tsc_khz * milliseconds;
}

/*
 * Management operations
 */

/* Only an operation that waits for the answer of a cell has a deadline. */
static bool op_expired(const struct machine *m)
{
	const struct management_op *op = &m->op;
	const u64 now = arch_read_tsc();

	return now >= op->seen + ticks(m, IDLE_LIMIT) || now >= op->deadline;
}

static void op_end(struct machine *m)
{
	cells_withdraw(m);
	m->op.code = 0;
}

/* Gives up what is under way, and ends what was given up. Return: -ETIMEDOUT, or 0. */
static int op_abandon(struct cpu *cpu)
{
	struct management_op *op = &cpu->machine->op;
	int err = cell_drop_unfinished(cpu);

	if (err)
		return err;
	if (op->code)
		log_printf("Gave up what hypercall %u had begun\n", op->code);
	op_end(cpu->machine);
	return 0;
}

/* May hypercall @code begin, or go on? */
static int op_admit(struct cpu *cpu, u32 code, u64 arg1)
{
	const struct management_op *op = &cpu->machine->op;

	if (op->code == code && op->arg1 == arg1)
		return 0;
	if (op->code && !op_expired(cpu->machine)) {
		log_error("hypercall %u is still under way", op->code);
		return -EBUSY;
	}
	/* A creation may be taken up again where it was left. */
	if (!op->code && code == JAILHOUSE_HC_CELL_CREATE)
		return 0;
	return op_abandon(cpu);
}

/*
 * A kill asks nobody, and what it has to remember until it is repeated is kept in the cell: so it
 * may come in between, while another cell has to answer.
 */
static bool comes_between(const struct machine *m, u32 code, u64 id, u64 timeout)
{
	const struct management_op *op = &m->op;

	if (!op->code || op->deadline == ~0ULL || op->arg1 == id || op_expired(m))
		return false;
	return (u32)timeout == JAILHOUSE_TIMEOUT_KILL &&
	       (code == JAILHOUSE_HC_CELL_STOP || code == JAILHOUSE_HC_CELL_DESTROY ||
		code == JAILHOUSE_HC_CELL_SET_LOADABLE);
}

static long operate(struct cpu *cpu, u32 code, u64 arg1, u64 arg2)
{
	struct management_op *op = &cpu->machine->op;
	long ret = op_admit(cpu, code, arg1);

	if (ret)
		return ret;
	op->deadline = op->code ? op->deadline : ~0ULL;
	ret = hypercalls[code].handler(cpu, arg1, arg2);
	if (ret == -EINPROGRESS || ret == -EAGAIN) {
		op->code = code;
		op->arg1 = arg1;
		op->seen = arch_read_tsc();
	} else {
		op_end(cpu->machine);
	}
	return ret;
}

long hypercall_manage(struct cpu *cpu, u32 code, u64 arg1, u64 arg2)
{
	struct management_op *op = &cpu->machine->op;
	long ret = op_lock(op);

	if (ret)
		return ret;
	if (comes_between(cpu->machine, code, arg1, arg2))
		ret = hypercalls[code].handler(cpu, arg1, arg2);
	else
		ret = operate(cpu, code, arg1, arg2);
	op_unlock(op);
	return ret;
}

static long create(struct cpu *cpu, u64 config_gpa, __maybe_unused u64 arg2)
{
	return cell_create(cpu, config_gpa);
}

static long start(struct cpu *cpu, u64 id, u64 timeout)
{
	return cell_start(cpu, id, (u32)timeout);
}

static long set_loadable(struct cpu *cpu, u64 id, u64 timeout)
{
	return cell_set_loadable(cpu, id, (u32)timeout);
}

static long destroy(struct cpu *cpu, u64 id, u64 timeout)
{
	return cell_destroy(cpu, id, (u32)timeout);
}

static long stop(struct cpu *cpu, u64 id, u64 timeout)
{
	return cell_stop(cpu, id, (u32)timeout);
}

static long stop_all(struct cpu *cpu, u64 arg, u64 timeout)
{
	return cells_stop(cpu, arg, (u32)timeout);
}

static long disable(struct cpu *cpu, u64 count, __maybe_unused u64 arg2)
{
	return machine_disable(cpu, count);
}

/*
 * Information
 */

static long deny(struct cpu *cpu)
{
	cpu_count(cpu, JAILHOUSE_CPU_STAT_DENIED);
	return -EPERM;
}

static long count_cells(const struct machine *m)
{
	const struct cell *cell;
	long cells = 0;

	for_each_cell(m, cell)
		cells++;
	return cells;
}

static long get_info(struct cpu *cpu, u64 type, u64 arg2)
{
	const struct machine *m = cpu->machine;

	switch (type) {
	case JAILHOUSE_INFO_MEM_POOL_SIZE:
		return m->pool.pages;
	case JAILHOUSE_INFO_MEM_POOL_USED:
		return m->pool.used;
	case JAILHOUSE_INFO_REMAP_POOL_SIZE:
		return arch_remap_pages(false);
	case JAILHOUSE_INFO_REMAP_POOL_USED:
		return arch_remap_pages(true);
	case JAILHOUSE_INFO_NUM_CELLS:
		return count_cells(m);
	case JAILHOUSE_INFO_DMA_FAULTS:
		return arch_dma_faults(ARCH_ALL_DEVICES);
	case JAILHOUSE_INFO_DEVICE_FAULTS:
		return arg2 <= 0xffff ? arch_dma_faults((u32)arg2) : -ENOENT;
	default:
		return -EINVAL;
	}
}

static long get_state(struct cpu *cpu, u64 id, __maybe_unused u64 arg2)
{
	struct cell *cell = cell_find(cpu->machine, id);

	if (!cell)
		return -ENOENT;
	cell_refresh(cell);
	return cell_state(cell);
}

/*
 * Each exit counts once, under its kind or under none: the total is the sum. What was denied to the
 * cell as a whole counts at its first CPU.
 */
static u32 get_stat(const struct cpu *cpu, unsigned int stat)
{
	const struct cell *cell = cpu->cell;
	u32 sum = cpu->stats[stat];
	unsigned int kind;

	if (stat == JAILHOUSE_CPU_STAT_VMEXITS_TOTAL)
		for (kind = stat + 1; kind < JAILHOUSE_CPU_STAT_DENIED; kind++)
			sum += cpu->stats[kind];
	if (stat == JAILHOUSE_CPU_STAT_DENIED && cpu_set_first(&cell->cpus) == cpu->id)
		sum += __atomic_load_n(&cell->broken, __ATOMIC_RELAXED);
	return sum;
}

static long cpu_get_info(struct cpu *cpu, u64 number, u64 type)
{
	const struct machine *m = cpu->machine;
	const struct cpu *target;

	if (number >= m->num_cpus || !m->cpus[number].present)
		return -EINVAL;
	target = &m->cpus[number];
	if (target->cell != cpu->cell && !cell_is_root(cpu->cell))
		return deny(cpu);

	if (type == JAILHOUSE_CPU_INFO_STATE)
		return target->failed ? JAILHOUSE_CPU_FAILED : JAILHOUSE_CPU_RUNNING;
	type -= JAILHOUSE_CPU_INFO_STAT_BASE;
	if (type >= JAILHOUSE_NUM_CPU_STATS)
		return -EINVAL;
	/* A counter that has grown large is not an errno. */
	return get_stat(target, (unsigned int)type) & 0x7fffffff;
}

static long console_putc(struct cpu *cpu, u64 character, __maybe_unused u64 arg2)
{
	if (!(cpu->cell->desc->flags & JAILHOUSE_CELL_DEBUG_CONSOLE) &&
	    !cell_is_root(cpu->cell))
		return deny(cpu);
	cell_log_putc(cpu, (char)character);
	return 0;
}

/*
 * No CPU of the root cell is in here while a cell is destroyed: so neither the cell goes nor
 * its console.
 */
static long console_take(struct cpu *cpu, u64 id, u64 most)
{
	struct cell *cell = cell_find(cpu->machine, id);

	return cell ? cell_console_take(cell, most) : -ENOENT;
}

static long console_type(struct cpu *cpu, u64 id, u64 character)
{
	struct cell *cell = cell_find(cpu->machine, id);
	long ret = cell ? cell_console_type(cell, (char)character) : -ENOENT;

	if (!ret && cell_state_running(cell_state(cell)))
		arch_cell_message(cell, true);
	return ret;
}

/* Nor do its devices, for the same reason. */
static long cell_register(struct cpu *cpu, u64 which, u64 value)
{
	const struct cell *cell = cell_find(cpu->machine, JAILHOUSE_REGISTER_CELL(which));
	struct mmio_access access = {
		.gpa = JAILHOUSE_REGISTER_ADDRESS(which),
		.width = 4,
		.is_write = JAILHOUSE_REGISTER_WRITE(which),
		.value = (u32)value,
	};
	const struct mmio_region *region;
	int err;

	region = cell ? mmio_find(&cell->root_mmio, access.gpa, access.width) : NULL;
	if (!region)
		return -ENOENT;
	err = region->handler(region->arg, &access);
	return err || access.is_write ? err : (long)(access.value & 0x7fffffff);
}

/*
 * Dispatch
 */

const struct hypercall hypercalls[] = {
	[JAILHOUSE_HC_DISABLE]			= { disable, ROOT_CELL },
	[JAILHOUSE_HC_CELL_CREATE]		= { create, MANAGEMENT },
	[JAILHOUSE_HC_CELL_START]		= { start, MANAGEMENT },
	[JAILHOUSE_HC_CELL_SET_LOADABLE]	= { set_loadable, MANAGEMENT },
	[JAILHOUSE_HC_CELL_DESTROY]		= { destroy, MANAGEMENT },
	[JAILHOUSE_HC_HYPERVISOR_GET_INFO]	= { get_info, ROOT_CELL },
	[JAILHOUSE_HC_CELL_GET_STATE]		= { get_state, ROOT_CELL },
	[JAILHOUSE_HC_CPU_GET_INFO]		= { cpu_get_info, ANY_CELL },
	[JAILHOUSE_HC_DEBUG_CONSOLE_PUTC]	= { console_putc, ANY_CELL },
	[JAILHOUSE_HC_CELL_STOP]		= { stop, MANAGEMENT },
	[JAILHOUSE_HC_CELLS_STOP]		= { stop_all, MANAGEMENT },
	[JAILHOUSE_HC_CONSOLE_TAKE]		= { console_take, ROOT_CELL },
	[JAILHOUSE_HC_CONSOLE_TYPE]		= { console_type, ROOT_CELL },
	[JAILHOUSE_HC_CELL_REGISTER]		= { cell_register, ROOT_CELL },
};
