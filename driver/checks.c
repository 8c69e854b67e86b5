// SPDX-License-Identifier: GPL-2.0-only
/*
 * May this machine be partitioned? What the hypervisor cannot find out by itself, or
 * what is better refused before anything is changed.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "checks.h"
#include "blob.h"
#include "compare.h"
#include "cpus.h"
#include "facts.h"
#include "iommu.h"
#include "listing.h"
#include "messages.h"
#include "reason.h"
#include "supply.h"
#include "virt.h"

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <asm/cpufeature.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>
#include <cpu_set.h>

/* Each CPU that the hypervisor runs on is the root cell's at first. */
static int check_root_cpus(const struct jailhouse_system *system, const struct cpu_set *cpus,
			   struct reason *why)
{
	struct cpu_set root, foreign;

	config_cpu_set(&system->root_cell, &root);
	foreign = cpu_set_without(cpus, &root);
	return cpu_set_empty(&foreign) ? 0 :
	       jh_refuse(why, -EINVAL,
			 "CPU %u is online, but not in the root cell's configuration",
			 cpu_set_first(&foreign));
}

static int check_cpus(struct reason *why)
{
	int err = check_root_cpus(jh_system_config.data, &jh_cpus_known, why);

	return err ?: jh_cpus_check_enlisted(why);
}

/* In the kernel log; `error` has the first one that counts. */
#define MAX_COMPLAINTS	32

static void log_complaint(void *arg, const char *text, bool fatal)
{
	unsigned int *count = arg;

	if ((*count)++ < MAX_COMPLAINTS)
		pr_warn("system configuration: %s%s\n", text,
			fatal ? "" : " (reads as all ones)");
}

/* All complaints go to the kernel log. What there is for cells is noted on the way. */
static int compare_with_machine(struct reason *why)
{
	unsigned int count = 0;
	struct complaints complaints = { .tell = log_complaint, .arg = &count };
	struct machine_facts *facts = jh_facts_take(why);
	int err;

	if (IS_ERR(facts))
		return PTR_ERR(facts);
	err = jh_compare(jh_system_config.data, facts, &complaints, why);
	jh_supply_find(&jh_supply, facts, jh_system_config.data);
	jh_facts_drop(facts);
	return err;
}

/** jh_check_lockdown() - may Linux be given away? Return: 0 or -EPERM. */
int jh_check_lockdown(struct reason *why)
{
	/* Like a kexec: code that nobody signed gets all of the machine. */
	return security_locked_down(LOCKDOWN_KEXEC) ?
	       jh_refuse(why, -EPERM, "the kernel is locked down") : 0;
}

/** jh_check_no_execute() - are there no-execute pages? Return: 0 or -EOPNOTSUPP. */
int jh_check_no_execute(struct reason *why)
{
	return boot_cpu_has(X86_FEATURE_NX) ? 0 :
	       jh_refuse(why, -EOPNOTSUPP, "no-execute pages are off");
}

/**
 * jh_check_machine() - can the hypervisor be enabled on this machine?
 * @why: receives the reason
 *
 * There is a valid system configuration, and the CPUs are enlisted. Changes nothing but a
 * feature-control register that the firmware left unlocked.
 *
 * Return: 0, -EPERM if the kernel is locked down, -EINVAL for a CPU that the system
 * configuration keeps from the root cell, -EOPNOTSUPP without no-execute pages or with an IOMMU
 * that is active, those of jh_cpus_check_enlisted(), jh_check_iommu_config(), jh_check_messages(),
 * jh_facts_take(), jh_compare() and jh_virt_check().
 */
int jh_check_machine(struct reason *why)
{
	int err;

	err = jh_check_lockdown(why);
	if (err)
		return err;
	err = check_cpus(why);
	if (err)
		return err;
	err = jh_check_no_execute(why);
	if (err)
		return err;
	err = jh_check_iommu(why);
	if (err)
		return err;
	err = jh_check_iommu_config(jh_system_config.data, why);
	if (err)
		return err;
	err = jh_check_messages(jh_system_config.data, why);
	if (err)
		return err;
	err = compare_with_machine(why);
	if (err)
		return err;
	/* Last: it may lock VMX on, which cannot be undone. */
	return jh_virt_check(why);
}

/*
 * All that is wrong, without enabling
 */

static void list_refusals(struct listing *listing)
{
	static int (*const checks[])(struct reason *why) = {
		jh_check_lockdown, jh_check_no_execute, jh_check_iommu, jh_virt_look,
		jh_virt_capable,
	};
	struct reason why;
	unsigned int n;
	int err;

	for (n = 0; n < ARRAY_SIZE(checks); n++) {
		err = checks[n](&why);
		if (err)
			jh_list_complaint(listing, why.text, true);
	}
}

static void list_cpus(struct listing *listing, const struct blob *config)
{
	struct cpu_set online;
	struct reason why;

	if (jh_cpus_online(&online, &why))
		jh_list_complaint(listing, why.text, true);
	if (check_root_cpus(config->data, &online, &why))
		jh_list_complaint(listing, why.text, true);
}

static void list_differences(struct listing *listing, const struct blob *config)
{
	struct complaints complaints = { .tell = jh_list_complaint, .arg = listing };
	struct machine_facts *facts;
	struct reason why;

	facts = jh_facts_take(&why);
	if (IS_ERR(facts)) {
		jh_list_complaint(listing, why.text, true);
		return;
	}
	jh_compare(config->data, facts, &complaints, &why);
	jh_facts_drop(facts);
	if (jh_check_iommu_config(config->data, &why) ||
	    jh_check_messages(config->data, &why))
		jh_list_complaint(listing, why.text, true);
}

/**
 * jh_check_list() - what would be in the way of enabling?
 * @config: the system configuration; if it was refused, that is one thing
 * @page: receives a line for each thing, "refused: " before it, or "warning: "
 *
 * Not among them: whether the firmware has switched VMX or SVM off, which who asks may decide;
 * IOMMUs that are active beside the first; the image of the hypervisor, and whether its memory
 * is large enough for it; and what the hypervisor itself refuses.
 *
 * Context: jh_lock is held, the hypervisor is not enabled, may sleep.
 *
 * Return: bytes.
 */
ssize_t jh_check_list(const struct blob *config, char *page)
{
	struct listing listing = { .page = page };

	list_refusals(&listing);
	if (config->refused)
		jh_list_complaint(&listing, config->why.text, true);
	if (!config->refused && config->data) {
		list_cpus(&listing, config);
		list_differences(&listing, config);
	}
	return jh_list_end(&listing);
}
