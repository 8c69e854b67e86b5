// SPDX-License-Identifier: GPL-2.0-only
/*
 * The root cell's ends of links: network devices of the hypervisor, with registers in memory,
 * that Linux drives by its own virtio_mmio and virtio_net.
 *
 * Behind the registers of each device are those of the pin by which it interrupts.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "root_links.h"
#include "reason.h"
#include "root_pins.h"

#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/* What Linux gets of the window, and where the pin's registers are in it. */
#define DEVICE_SIZE	0x200
#define PIN_OFFSET	(JAILHOUSE_LINK_SIZE - PAGE_SIZE)

/**
 * struct root_link - an end of the root cell
 * @address: of its registers
 * @registers: those of its pin, mapped
 * @pin: by which it interrupts
 * @device: it, NULL while Linux does not know it
 */
struct root_link {
	u64 address;
	void __iomem *registers;
	struct root_pin pin;
	struct platform_device *device;
};

static struct root_link links[CONFIG_MAX_LINKS];
static unsigned int num_links;

static void write_pin(const struct root_pin *pin, u32 offset, u32 val)
{
	writel(val, container_of(pin, struct root_link, pin)->registers + offset);
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
	struct reason what;
	int err;

	link->registers = ioremap(link->address + PIN_OFFSET, PAGE_SIZE);
	if (!link->registers)
		return jh_refuse(why, -ENOMEM,
				 "link %u of the root cell: 0x%llx cannot be mapped", n,
				 link->address);
	err = jh_root_pin_take(&link->pin, &what);
	return err ? jh_refuse(why, err, "link %u of the root cell: %s", n, what.text) : 0;
}

static int prepare(const struct jailhouse_link *config, unsigned int n, struct reason *why)
{
	struct root_link *link = &links[n];
	int err;

	*link = (struct root_link){ .address = config->address, .pin.write = write_pin };
	err = take_window(link, n, why);
	if (err)
		return err;
	num_links = n + 1;
	return take_irq(link, n, why);
}

static void forget(struct root_link *link)
{
	jh_root_pin_drop(&link->pin);
	if (link->registers)
		iounmap(link->registers);
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
		DEFINE_RES_IRQ(link->pin.irq),
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
