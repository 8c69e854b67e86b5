// SPDX-License-Identifier: GPL-2.0-only
/* One table of what the hypervisor needs of a machine: what of it there is, and what is not. */
#include "hardware.h"
#include "checks.h"
#include "cpus.h"
#include "describe_machine.h"
#include "iommu.h"
#include "reason.h"
#include "virt.h"

#include <linux/kernel.h>
#include <linux/sysfs.h>

#include <cpu_set.h>

static int check_cpus(struct reason *why)
{
	struct cpu_set online;

	return jh_cpus_online(&online, why);
}

static int check_virt(struct reason *why)
{
	return jh_virt_look(why) ?: jh_virt_capable(why);
}

static const struct need {
	const char *name;
	int (*check)(struct reason *why);
} needs[] = {
	{ "a kernel that is not locked down", jh_check_lockdown },
	{ "no-execute pages", jh_check_no_execute },
	{ "VMX or SVM that nobody uses, with all abilities", check_virt },
	{ "IOMMUs that are off", jh_check_iommu },
	{ "CPUs that can be managed", check_cpus },
};

static int list(char *page, int length, const char *name, int err, const struct reason *why)
{
	return err ? sysfs_emit_at(page, length, "missing: %s: %s\n", name, why->text) :
		     sysfs_emit_at(page, length, "ok: %s\n", name);
}

/**
 * jh_hardware_list() - what of what is needed is there?
 * @description: receives a description of the machine, if there can be one
 * @page: receives a line for each thing, "ok: " before it, or "missing: " and what helps
 *
 * Context: jh_lock is held, the hypervisor is not enabled, may sleep.
 *
 * Return: bytes.
 */
ssize_t jh_hardware_list(struct blob *description, char *page)
{
	const struct need *need;
	struct reason why;
	int length = 0;

	for (need = needs; need < needs + ARRAY_SIZE(needs); need++)
		length += list(page, length, need->name, need->check(&why), &why);
	length += list(page, length, "memory, and a machine that can be described",
		       jh_describe_machine(description, &why), &why);
	return length;
}
