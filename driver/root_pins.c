// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pins by which the hypervisor interrupts Linux: each is the only one of an I/O APIC.
 *
 * Linux does not take that for one: an I/O APIC that comes by ACPI alone is found at boot. So each
 * pin is an interrupt in a domain of ours, above that of the local APICs, which gives it a CPU and
 * a vector.
 */
#include "root_pins.h"
#include "reason.h"

#include <linux/cpumask.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/percpu.h>
#include <asm/hw_irq.h>
#include <asm/irqdomain.h>
#include <asm/smp.h>

/* Registers (82093AA, 3.1 and 3.2). */
#define PIN_SELECT	0x00
#define PIN_DATA	0x10
#define ENTRY_LOW	0x10
#define ENTRY_HIGH	0x11
#define ENTRY_MASKED	0x00010000
#define ENTRY_DEST(id)	((id) << 24)
#define DEST_MAX	0xfe

static struct fwnode_handle *fwnode;
static struct irq_domain *domain;
static unsigned int pins_taken;

/* Linux holds the lock of the interrupt: it is the only one of the pin. */
static void write_entry(const struct root_pin *pin, u32 reg, u32 val)
{
	pin->write(pin, PIN_SELECT, reg);
	pin->write(pin, PIN_DATA, val);
}

/*
 * To one CPU, by its APIC id, whatever mode Linux uses for others: the pin has 8 bits for that.
 * While both halves change the pin is masked, and an edge waits.
 */
static void program(struct irq_data *data, bool masked)
{
	const struct root_pin *pin = irq_data_get_irq_chip_data(data);
	const unsigned int cpu = cpumask_first(irq_data_get_effective_affinity_mask(data));
	const u32 id = cpu < nr_cpu_ids ? per_cpu(x86_cpu_to_apicid, cpu) : DEST_MAX + 1;

	write_entry(pin, ENTRY_LOW, ENTRY_MASKED);
	if (masked || id > DEST_MAX)
		return;
	write_entry(pin, ENTRY_HIGH, ENTRY_DEST(id));
	write_entry(pin, ENTRY_LOW, irqd_cfg(data)->vector);
}

static void pin_mask(struct irq_data *data)
{
	program(data, true);
}

static void pin_unmask(struct irq_data *data)
{
	program(data, false);
}

/*
 * Of CPUs that are online, those that the pin has bits for: all, or else one of them, or NULL. A
 * CPU without would never be interrupted, and nobody would know.
 */
static const struct cpumask *named_by_pin(const struct cpumask *cpus)
{
	unsigned int cpu, first = nr_cpu_ids;
	bool all = true;

	for_each_cpu_and(cpu, cpus, cpu_online_mask) {
		if (per_cpu(x86_cpu_to_apicid, cpu) > DEST_MAX)
			all = false;
		else if (first >= nr_cpu_ids)
			first = cpu;
	}
	if (all)
		return cpus;
	return first < nr_cpu_ids ? cpumask_of(first) : NULL;
}

static int pin_set_affinity(struct irq_data *data, const struct cpumask *cpus, bool force)
{
	const struct cpumask *named = named_by_pin(cpus);
	int ret = named ? irq_chip_set_affinity_parent(data, named, force) : -EINVAL;

	if (ret >= 0 && irqd_is_activated(data))
		program(data, irqd_irq_masked(data));
	return ret;
}

static struct irq_chip pin_chip = {
	.name = "jailhouse-pin",
	.irq_ack = irq_chip_ack_parent,
	.irq_mask = pin_mask,
	.irq_unmask = pin_unmask,
	.irq_set_affinity = pin_set_affinity,
	.irq_retrigger = irq_chip_retrigger_hierarchy,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

/**
 * struct pin_request - what an interrupt is asked for with
 * @info: for the domain of the local APICs
 * @pin: whose it is to be
 */
struct pin_request {
	struct irq_alloc_info info;
	struct root_pin *pin;
};

static int pin_alloc(struct irq_domain *of, unsigned int irq, unsigned int count, void *arg)
{
	struct pin_request *request = arg;
	int err = irq_domain_alloc_irqs_parent(of, irq, count, &request->info);

	if (!err)
		irq_domain_set_info(of, irq, irq, &pin_chip, request->pin, handle_edge_irq,
				    NULL, "edge");
	return err;
}

static const struct irq_domain_ops pin_domain_ops = {
	.alloc = pin_alloc,
	.free = irq_domain_free_irqs_common,
};

static void drop_domain(void)
{
	if (domain)
		irq_domain_remove(domain);
	if (fwnode)
		irq_domain_free_fwnode(fwnode);
	domain = NULL;
	fwnode = NULL;
}

static int make_domain(struct reason *why)
{
	fwnode = irq_domain_alloc_named_fwnode("jailhouse-pin");
	if (fwnode)
		domain = irq_domain_create_hierarchy(x86_vector_domain, 0, 0, fwnode,
						     &pin_domain_ops, NULL);
	return domain ? 0 : jh_refuse(why, -ENOMEM, "no memory for interrupts of the hypervisor");
}

/**
 * jh_root_pin_take() - give a pin an interrupt
 * @pin: with its @write
 * @why: receives the reason
 *
 * Nobody writes to the pin before the interrupt is requested.
 *
 * Context: jh_lock is held.
 *
 * Return: 0, -ENOMEM, or why there is no interrupt.
 */
int jh_root_pin_take(struct root_pin *pin, struct reason *why)
{
	struct pin_request request = { .pin = pin };
	int irq, err = pins_taken ? 0 : make_domain(why);

	if (!err) {
		irq = irq_domain_alloc_irqs(domain, 1, NUMA_NO_NODE, &request);
		if (irq > 0) {
			pins_taken++;
			pin->irq = irq;
			return 0;
		}
		err = jh_refuse(why, irq ?: -ENOSPC, "Linux has no interrupt to spare (%d)", irq);
	}
	if (!pins_taken)
		drop_domain();
	return err;
}

/** jh_root_pin_drop() - undo jh_root_pin_take(); a pin without an interrupt is fine. */
void jh_root_pin_drop(struct root_pin *pin)
{
	if (!pin->irq)
		return;
	irq_dispose_mapping(pin->irq);
	pin->irq = 0;
	if (!--pins_taken)
		drop_domain();
}
