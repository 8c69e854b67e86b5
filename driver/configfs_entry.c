// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME/{memory,ports,interrupts,devices}/N: attributes.
 * What is written is one value; whether all of them make a configuration is found out when that is
 * needed.
 */
#include "configfs_entry.h"
#include "blob.h"
#include "cell.h"
#include "directory.h"
#include "operation.h"
#include "reason.h"
#include "words.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <config_check.h>
#include <pio.h>

/*
 * Memory
 */

static const struct word memory_flags[] = {
	{ "read",		JAILHOUSE_MEM_READ },
	{ "write",		JAILHOUSE_MEM_WRITE },
	{ "execute",		JAILHOUSE_MEM_EXECUTE },
	{ "dma",		JAILHOUSE_MEM_DMA },
	{ "io",			JAILHOUSE_MEM_IO },
	{ "loadable",		JAILHOUSE_MEM_LOADABLE },
	{ "shared",		JAILHOUSE_MEM_ROOTSHARED },
	{ "small-pages",	JAILHOUSE_MEM_NO_HUGEPAGES },
};

static ssize_t memory_size_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(to_entry(item)->directory.memory.size));
}

static int set_memory_size(struct directory *directory, const char *page, struct reason *why)
{
	return jh_entry_set_size(&directory->memory.size, page, why);
}

ENTRY_ATTR(memory, size);

/* While the cell exists: where its memory is. */
static ssize_t show_address(struct config_item *item, u64 address, u64 placed, char *page)
{
	if (address == DIRECTORY_AUTO && jh_cell_exists(to_entry(item)->cell))
		address = placed;
	return address == DIRECTORY_AUTO ? sysfs_emit(page, "auto\n") :
					   sysfs_emit(page, "0x%llx\n", address);
}

static int set_address(u64 *address, u64 end, const char *page, struct reason *why)
{
	u64 value = DIRECTORY_AUTO;
	int err = 0;

	if (!sysfs_streq(page, "auto")) {
		err = jh_parse_number(page, &value, why);
		if (!err)
			err = jh_entry_check_pages(value, end, why);
	}
	if (!err)
		WRITE_ONCE(*address, value);
	return err;
}

static ssize_t memory_address_show(struct config_item *item, char *page)
{
	const struct directory_memory *memory = &to_entry(item)->directory.memory;

	return show_address(item, READ_ONCE(memory->address), READ_ONCE(memory->placed_address),
			    page);
}

static int set_memory_address(struct directory *directory, const char *page,
			      struct reason *why)
{
	return set_address(&directory->memory.address, CONFIG_GUEST_PHYS_END, page, why);
}

ENTRY_ATTR(memory, address);

static ssize_t memory_physical_show(struct config_item *item, char *page)
{
	const struct directory_memory *memory = &to_entry(item)->directory.memory;

	return show_address(item, READ_ONCE(memory->physical), READ_ONCE(memory->placed_physical),
			    page);
}

static int set_memory_physical(struct directory *directory, const char *page,
			       struct reason *why)
{
	return set_address(&directory->memory.physical, CONFIG_PHYS_END, page, why);
}

ENTRY_ATTR(memory, physical);

static ssize_t memory_flags_show(struct config_item *item, char *page)
{
	size_t length = jh_print_words(page, PAGE_SIZE - 1, memory_flags,
				       ARRAY_SIZE(memory_flags),
				       READ_ONCE(to_entry(item)->directory.memory.flags));

	page[length] = '\n';
	return length + 1;
}

static int set_memory_flags(struct directory *directory, const char *page, struct reason *why)
{
	u64 bits;
	int err = jh_parse_words(page, memory_flags, ARRAY_SIZE(memory_flags), &bits, why);

	if (!err && !(bits & JAILHOUSE_MEM_READ))
		err = jh_refuse(why, -EINVAL, "memory is to be read at least");
	if (!err)
		WRITE_ONCE(directory->memory.flags, bits);
	return err;
}

ENTRY_ATTR(memory, flags);

static struct configfs_attribute *memory_attrs[] = {
	&memory_attr_size,
	&memory_attr_address,
	&memory_attr_physical,
	&memory_attr_flags,
	NULL,
};

/*
 * Ports
 */

static const struct word port_modes[] = {
	{ "own",	0 },
	{ "shared",	JAILHOUSE_PIO_ROOTSHARED },
	{ "ignore",	JAILHOUSE_PIO_IGNORE },
	{ "zero",	JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO },
};

static ssize_t ports_range_show(struct config_item *item, char *page)
{
	struct directory_ports ports;

	mutex_lock(&jh_lock);
	ports = to_entry(item)->directory.ports;
	mutex_unlock(&jh_lock);
	if (!ports.count)
		return 0;
	return sysfs_emit(page, "0x%x-0x%x\n", ports.first, ports.first + ports.count - 1);
}

static int set_ports_range(struct directory *directory, const char *page, struct reason *why)
{
	u64 first, last;
	int err = jh_parse_range(page, &first, &last, why);

	if (!err && last >= PIO_NUM_PORTS)
		err = jh_refuse(why, -ERANGE, "0x%x is the last port", PIO_NUM_PORTS - 1);
	if (err)
		return err;
	directory->ports.first = first;
	directory->ports.count = last - first + 1;
	return 0;
}

ENTRY_ATTR(ports, range);

static ssize_t ports_mode_show(struct config_item *item, char *page)
{
	u32 mode = READ_ONCE(to_entry(item)->directory.ports.flags);

	return sysfs_emit(page, "%s\n", jh_word_of(port_modes, ARRAY_SIZE(port_modes), mode));
}

static int set_ports_mode(struct directory *directory, const char *page, struct reason *why)
{
	u64 mode;
	int err = jh_parse_word(page, port_modes, ARRAY_SIZE(port_modes), &mode, why);

	if (!err)
		WRITE_ONCE(directory->ports.flags, mode);
	return err;
}

ENTRY_ATTR(ports, mode);

static struct configfs_attribute *ports_attrs[] = {
	&ports_attr_range,
	&ports_attr_mode,
	NULL,
};

/*
 * Interrupts
 */

static ssize_t interrupt_pin_show(struct config_item *item, char *page)
{
	struct directory_interrupt interrupt;

	mutex_lock(&jh_lock);
	interrupt = to_entry(item)->directory.interrupt;
	mutex_unlock(&jh_lock);
	if (!interrupt.written)
		return 0;
	return interrupt.chip == DIRECTORY_GSI ?
	       sysfs_emit(page, "%u\n", interrupt.pin) :
	       sysfs_emit(page, "ioapic%u:%u\n", interrupt.chip, interrupt.pin);
}

static int set_interrupt_pin(struct directory *directory, const char *page,
			     struct reason *why)
{
	u32 chip, pin;
	int err = jh_parse_pin(page, &chip, &pin, why);

	if (!err)
		directory->interrupt = (struct directory_interrupt){
			.written = true, .chip = chip, .pin = pin,
		};
	return err;
}

ENTRY_ATTR(interrupt, pin);

static struct configfs_attribute *interrupt_attrs[] = {
	&interrupt_attr_pin,
	NULL,
};

/*
 * Devices
 */

static const struct word yes_or_no[] = {
	{ "0",	0 },
	{ "1",	1 },
};

static ssize_t device_owns_pin_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_entry(item)->directory.device.owns_pin));
}

static int set_device_owns_pin(struct directory *directory, const char *page,
			       struct reason *why)
{
	u64 owns;
	int err = jh_parse_word(page, yes_or_no, ARRAY_SIZE(yes_or_no), &owns, why);

	if (!err)
		WRITE_ONCE(directory->device.owns_pin, owns);
	return err;
}

ENTRY_ATTR(device, owns_pin);

static struct configfs_attribute *device_attrs[] = {
	&device_attr_owns_pin,
	NULL,
};

/*
 * Types
 */

static void release_entry(struct config_item *item)
{
	kfree(to_entry(item));
}

static struct configfs_item_operations entry_ops = {
	.release = release_entry,
};

#define ENTRY_TYPE(attrs) {			\
		.ct_item_ops = &entry_ops,	\
		.ct_attrs = (attrs),		\
		.ct_owner = THIS_MODULE,	\
	}

const struct config_item_type jh_entry_types[DIRECTORY_KINDS] = {
	[DIRECTORY_MEMORY] = ENTRY_TYPE(memory_attrs),
	[DIRECTORY_PORTS] = ENTRY_TYPE(ports_attrs),
	[DIRECTORY_INTERRUPTS] = ENTRY_TYPE(interrupt_attrs),
	[DIRECTORY_DEVICES] = ENTRY_TYPE(device_attrs),
	[DIRECTORY_LINKS] = ENTRY_TYPE(jh_link_attrs),
	[DIRECTORY_IVSHMEM] = ENTRY_TYPE(jh_ivshmem_attrs),
};
