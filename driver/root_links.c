// SPDX-License-Identifier: GPL-2.0-only
/*
 * The root cell's ends of links: network devices of the hypervisor, with registers in memory,
 * that Linux drives by its own virtio_mmio and virtio_net.
 *
 * Behind the registers of each device are those of an I/O APIC with one pin. Linux does not take
 * it for one: an I/O APIC that comes by ACPI alone is found at boot. So each pin is an interrupt
 * in a domain of ours, above that of the local APICs, which gives it a CPU and a vector.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "root_links.h"
#include "reason.h"

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/percpu.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/hw_irq.h>
#include <asm/irqdomain.h>
#include <asm/smp.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/* What Linux gets of the window, and where the pin's registers are in it. */
#define DEVICE_SIZE	0x200
#define PIN_OFFSET	(JAILHOUSE_LINK_SIZE - PAGE_SIZE)

/* Registers of the pin (82093AA, 3.1 and 3.2). */
#define PIN_SELECT	0x00
#define PIN_DATA	0x10
#define ENTRY_LOW	0x10
#define ENTRY_HIGH	0x11
#define ENTRY_MASKED	0x00010000
#define ENTRY_DEST(id)	((id) << 24)
#define DEST_MAX	0xfe

/**
 * struct root_link - an end of the root cell
 * @address: of its registers
 * @pin: those of its pin, mapped
 * @irq: Linux's number of its interrupt, 0 if it has none
 * @device: it, NULL while Linux does not know it
 */
struct root_link {
	u64 address;
	void __iomem *pin;
	int irq;
	struct platform_device *device;
};

static struct root_link links[CONFIG_MAX_LINKS];
static unsigned int num_links;
static struct fwnode_handle *fwnode;
static struct irq_domain *domain;

/*
 * Interrupts
 */

/* Linux holds the lock of the interrupt: it is the only one of the pin. */
static void write_pin(const struct root_link *link, u32 reg, u32 val)
{
	writel(reg, link->pin + PIN_SELECT);
	writel(val, link->pin + PIN_DATA);
}

/*
 * To one CPU, by its APIC id, whatever mode Linux uses for others: the pin has 8 bits for that.
 * While both halves change the pin is masked, and an edge waits.
 */
static void program(struct irq_data *data, bool masked)
{
	const struct root_link *link = irq_data_get_irq_chip_data(data);
	const unsigned int cpu = cpumask_first(irq_data_get_effective_affinity_mask(data));
	const u32 id = cpu < nr_cpu_ids ? per_cpu(x86_cpu_to_apicid, cpu) : DEST_MAX + 1;

	write_pin(link, ENTRY_LOW, ENTRY_MASKED);
	if (masked || id > DEST_MAX)
		return;
	write_pin(link, ENTRY_HIGH, ENTRY_DEST(id));
	write_pin(link, ENTRY_LOW, irqd_cfg(data)->vector);
}

static void pin_mask(struct irq_data *data)
{
	program(data, true);
}

static void pin_unmask(struct irq_data *data)
{
	program(data, false);
}

static int pin_set_affinity(struct irq_data *data, const struct cpumask *cpus, bool force)
{
	int ret = irq_chip_set_affinity_parent(data, cpus, force);

	if (ret >= 0 && irqd_is_activated(data))
		program(data, irqd_irq_masked(data));
	return ret;
}

static struct irq_chip pin_chip = {
	.name = "jailhouse-link",
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
 * @link: whose it is to be
 */
struct pin_request {
	struct irq_alloc_info info;
	struct root_link *link;
};

static int pin_alloc(struct irq_domain *of, unsigned int irq, unsigned int count, void *arg)
{
	struct pin_request *request = arg;
	int err = irq_domain_alloc_irqs_parent(of, irq, count, &request->info);

	if (!err)
		irq_domain_set_info(of, irq, request->link - links, &pin_chip, request->link,
				    handle_edge_irq, NULL, "edge");
	return err;
}

static const struct irq_domain_ops pin_domain_ops = {
	.alloc = pin_alloc,
	.free = irq_domain_free_irqs_common,
};

static int make_domain(struct reason *why)
{
	fwnode = irq_domain_alloc_named_fwnode("jailhouse-link");
	if (fwnode)
		domain = irq_domain_create_hierarchy(x86_vector_domain, 0, 0, fwnode,
						     &pin_domain_ops, NULL);
	return domain ? 0 : jh_refuse(why, -ENOMEM, "no memory for the interrupts of links");
}

/*
 * Before the hypervisor is entered
 */

/* The device's part is left to its driver, which takes it itself. */
static int take_window(const struct root_link *link, unsigned int n, struct reason *why)
{
	if (!request_mem_region(link->address, JAILHOUSE_LINK_SIZE, "jailhouse link"))
		return jh_refuse(why, -EADDRINUSE,
				 "link %u of the root cell: 0x%llx is in use (see /proc/iomem)", n,
				 link->address);
	release_mem_region(link->address, JAILHOUSE_LINK_SIZE);
	if (!request_mem_region(link->address + PIN_OFFSET, PAGE_SIZE, "jailhouse link"))
		return jh_refuse(why, -EADDRINUSE,
				 "link %u of the root cell: somebody was faster", n);
	return 0;
}

static int take_irq(struct root_link *link, unsigned int n, struct reason *why)
{
	struct pin_request request = { .link = link };
	int irq;

	link->pin = ioremap(link->address + PIN_OFFSET, PAGE_SIZE);
	if (!link->pin)
		return jh_refuse(why, -ENOMEM,
				 "link %u of the root cell: 0x%llx cannot be mapped", n,
				 link->address);
	irq = irq_domain_alloc_irqs(domain, 1, NUMA_NO_NODE, &request);
	if (irq < 0)
		return jh_refuse(why, irq, "link %u of the root cell gets no interrupt (%d)", n,
				 irq);
	link->irq = irq;
	return 0;
}

static int prepare(const struct jailhouse_link *config, unsigned int n, struct reason *why)
{
	struct root_link *link = &links[n];
	int err;

	*link = (struct root_link){ .address = config->address };
	err = take_window(link, n, why);
	if (err)
		return err;
	num_links = n + 1;
	return take_irq(link, n, why);
}

static void forget(struct root_link *link)
{
	if (link->irq)
		irq_dispose_mapping(link->irq);
	if (link->pin)
		iounmap(link->pin);
	release_mem_region(link->address + PIN_OFFSET, PAGE_SIZE);
}

/**
 * jh_root_links_forget() - undo jh_root_links_prepare()
 *
 * Context: jh_lock is held, Linux does not know the devices.
 */
void jh_root_links_forget(void)
{
	while (num_links)
		forget(&links[--num_links]);
	if (domain)
		irq_domain_remove(domain);
	if (fwnode)
		irq_domain_free_fwnode(fwnode);
	domain = NULL;
	fwnode = NULL;
}

/**
 * jh_root_links_prepare() - take what the ends of the root cell need of Linux
 * @root: the root cell's configuration
 * @why: receives the reason
 *
 * Context: jh_lock is held, the hypervisor is not entered yet.
 *
 * Return: 0, -EADDRINUSE if somebody uses the addresses, -ENOMEM, or why there is no interrupt;
 * then nothing is taken.
 */
int jh_root_links_prepare(const struct jailhouse_cell_desc *root, struct reason *why)
{
	const struct jailhouse_link *config = config_links(root);
	unsigned int n;
	int err = 0;

	if (!root->num_links)
		return 0;
	err = make_domain(why);
	for (n = 0; !err && n < root->num_links; n++)
		err = prepare(&config[n], n, why);
	if (err)
		jh_root_links_forget();
	return err;
}

/*
 * While Linux is the root cell
 */

static void add(struct root_link *link)
{
	const struct resource resources[] = {
		DEFINE_RES_MEM_NAMED(link->address, DEVICE_SIZE, "jailhouse link"),
		DEFINE_RES_IRQ(link->irq),
	};
	struct platform_device *device;

	device = platform_device_register_simple("virtio-mmio", PLATFORM_DEVID_AUTO, resources,
						 ARRAY_SIZE(resources));
	if (IS_ERR(device))
		pr_err("the link at 0x%llx is not there: %ld\n", link->address, PTR_ERR(device));
	else
		link->device = device;
}

/**
 * jh_root_links_add() - Linux learns of the devices
 *
 * Whether and when a driver takes them is up to Linux.
 *
 * Context: jh_lock is held, the hypervisor is entered.
 */
void jh_root_links_add(void)
{
	unsigned int n;

	for (n = 0; n < num_links; n++)
		add(&links[n]);
}

/**
 * jh_root_links_remove() - undo jh_root_links_add(): the drivers let go of the devices
 *
 * Context: jh_lock is held, the hypervisor is still there; may sleep.
 */
void jh_root_links_remove(void)
{
	unsigned int n;

	for (n = 0; n < num_links; n++) {
		platform_device_unregister(links[n].device);
		links[n].device = NULL;
	}
}
