// SPDX-License-Identifier: GPL-2.0-only
/* The memory that EFI's runtime services use. Asks nobody, and runs on the host, too. */
#include "facts_efi.h"
#include "facts.h"
#include "reason.h"

#include <linux/efi.h>
#include <linux/errno.h>

/* What is there, and not what it could be mapped as: registers may have the attribute, too. */
static bool is_ram(u32 type, u64 attribute)
{
	return type != EFI_MEMORY_MAPPED_IO && type != EFI_MEMORY_MAPPED_IO_PORT_SPACE &&
	       attribute & EFI_MEMORY_WB;
}

/**
 * jh_facts_add_runtime() - EFI lists a range of memory
 * @facts: receive it, if the runtime services use it
 * @start: first address
 * @pages: of 4 KiB
 * @type: EFI_*
 * @attribute: EFI_MEMORY_*
 * @why: receives the reason
 *
 * Return: 0, -E2BIG.
 */
int jh_facts_add_runtime(struct machine_facts *facts, u64 start, u64 pages, u32 type,
			 u64 attribute, struct reason *why)
{
	if (!(attribute & EFI_MEMORY_RUNTIME))
		return 0;
	if (facts->num_runtime == FACTS_MAX_RANGES)
		return jh_refuse(why, -E2BIG,
				 "EFI's runtime services use more than %u pieces of memory",
				 FACTS_MAX_RANGES);
	facts->runtime[facts->num_runtime++] = (struct facts_runtime){
		.range = { start, start + (pages << EFI_PAGE_SHIFT) },
		.code = type == EFI_RUNTIME_SERVICES_CODE,
		.cached = is_ram(type, attribute),
	};
	return 0;
}
