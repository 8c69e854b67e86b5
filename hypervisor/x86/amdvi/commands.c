// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi: commands. Each call waits until the unit has done all that is in the buffer: so there is
 * always room.
 */
#include "amdvi/amdvi.h"
#include "errno.h"
#include "log.h"

struct amdvi_machine amdvi_machine;

int amdvi_no_answer(const struct amdvi_unit *unit, const char *what)
{
	log_error("the IOMMU at 0x%llx does not answer: %s (status 0x%x)", unit->common.base, what,
		  amdvi_status(unit));
	return -EIO;
}

static void put(struct amdvi_unit *unit, u64 low, u64 high)
{
	unit->commands[unit->tail / sizeof(*unit->commands)] = (struct amdvi_entry) { low, high };
	unit->tail = (unit->tail + (u32)sizeof(*unit->commands)) % PAGE_SIZE;
}

/* A command that it takes for wrong stops it (2.4): that is not waited for. */
static int run(struct amdvi_unit *unit, u64 command)
{
	struct iommu_patience patience = iommu_patience_begin(&unit->common);

	unit->round++;
	put(unit, command, 0);
	put(unit, AMDVI_COMPLETION_WAIT | AMDVI_WAIT_STORE |
	    page_hpa(unit->common.pool, (const void *)&unit->done), unit->round);
	amdvi_write64(unit, AMDVI_COMMAND_TAIL, unit->tail);
	while (unit->done != unit->round)
		if (!(amdvi_status(unit) & AMDVI_COMMANDS_RUN) ||
		    !iommu_patience_lasts(&unit->common, &patience))
			return amdvi_no_answer(unit, "invalidation");
	return 0;
}

static int run_alone(struct amdvi_unit *unit, u64 command)
{
	int err;

	ticket_lock(&unit->lock);
	err = run(unit, command);
	ticket_unlock(&unit->lock);
	return err;
}

int amdvi_flush(struct iommu_unit *common)
{
	return run_alone(amdvi_unit_of(common), AMDVI_INVALIDATE_ALL);
}

/*
 * Commands that a slow unit was not waited for may be written over before it reads them, and be
 * other functions': the last one makes up for them.
 */
int amdvi_flush_interrupts(struct iommu_unit *common, u16 bdf)
{
	return run_alone(amdvi_unit_of(common), common->failed ? AMDVI_INVALIDATE_ALL :
			 AMDVI_INVALIDATE_INTERRUPTS | bdf);
}
