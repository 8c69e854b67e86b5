// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check of configurations: what the lists and fields of one cell say, by themselves.
 */
#include "config_internal.h"
#include "errno.h"
#include "pio.h"
#include "string.h"

/* An I/O APIC has no more (82093AA: eight bits, the last 16 are reserved). */
#define MAX_PINS	240U

#define CELL_VALID_FLAGS						\
	(JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_DEBUG_CONSOLE |	\
	 JAILHOUSE_CELL_START_FIRST_CPU | JAILHOUSE_CELL_TAKE_USED |	\
	 JAILHOUSE_CELL_KEEP_FREQUENCY | JAILHOUSE_CELL_TEST_DEVICE |	\
	 JAILHOUSE_CELL_VIRTUAL_CONSOLE | JAILHOUSE_CELL_KVM_LEAF |		\
	 JAILHOUSE_CELL_MESSAGE_PIN | JAILHOUSE_CELL_CONSOLE_PIN)

static bool valid_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

static int check_name(const struct jailhouse_cell_desc *desc, struct config_reason *why)
{
	const size_t length = strnlen(desc->name, sizeof(desc->name));
	size_t i;

	if (length == 0)
		return refuse(why, -EINVAL, "the cell has no name");
	if (length == sizeof(desc->name))
		return refuse(why, -EINVAL, "the cell's name has more than %zu characters",
			      sizeof(desc->name) - 1);
	for (i = 0; i < length; i++)
		if (!valid_name_char(desc->name[i]))
			return refuse(why, -EINVAL,
				      "character %zu of the cell's name is not one of A-Za-z0-9._-",
				      i + 1);
	return 0;
}

static int check_cpu_set(const struct jailhouse_cell_desc *desc, bool root,
			 struct config_reason *why)
{
	const u8 *set = (const u8 *)(desc + 1);
	struct cpu_set cpus;
	u32 i;

	if (root && desc->cpu_set_size == 0)
		return 0;
	for (i = JAILHOUSE_MAX_CPUS / 8; i < desc->cpu_set_size; i++)
		if (set[i])
			return refuse(why, -ENODEV, "CPU %u does not exist, the limit is %u CPUs",
				      i * 8 + (u32)__builtin_ctz(set[i]), JAILHOUSE_MAX_CPUS);
	config_cpu_set(desc, &cpus);
	if (desc->cpu_set_size == 0 || cpu_set_empty(&cpus))
		return refuse(why, -EINVAL, "the CPU set is empty");
	return 0;
}

/* Whether an entry of @desc before number @end has that pin. */
bool config_has_pin(const struct jailhouse_cell_desc *desc, unsigned int end,
		    u64 address, u32 pin)
{
	const struct jailhouse_irqchip *chip = config_irqchips(desc);

	for (; end--; chip++)
		if (chip->address == address && has_pin(chip, pin))
			return true;
	return false;
}

static int check_irqchip(const struct jailhouse_cell_desc *desc, unsigned int n,
			 struct config_reason *why)
{
	const struct jailhouse_irqchip *chip = config_irqchips(desc) + n;
	const struct jailhouse_memory *mem;
	unsigned int bit, pin;

	if (!chip->address || !IS_ALIGNED(chip->address, PAGE_SIZE) ||
	    chip->address >= CONFIG_GUEST_PHYS_END)
		return refuse(why, -EINVAL, "irqchip %u cannot be at 0x%llx", n, chip->address);
	if (chip->pin_base >= MAX_PINS)
		return refuse(why, -EOVERFLOW, "irqchip %u (0x%llx) has pin_base %u, beyond pin %u",
			      n, chip->address, chip->pin_base, MAX_PINS - 1);
	for (bit = 0; bit < 128; bit++) {
		pin = chip->pin_base + bit;
		if (!has_pin(chip, pin))
			continue;
		if (pin >= MAX_PINS)
			return refuse(why, -EOVERFLOW, "irqchip %u (0x%llx) has a pin %u",
				      n, chip->address, pin);
		if (config_has_pin(desc, n, chip->address, pin))
			return refuse(why, -EADDRINUSE,
				      "irqchip %u (0x%llx) has pin %u, as an earlier one",
				      n, chip->address, pin);
	}
	mem = config_region_at(desc, chip->address, PAGE_SIZE);
	if (mem)
		return refuse_memory(why, -EADDRINUSE, config_number(desc, mem), mem,
				     "overlaps irqchip %u (0x%llx)", n, chip->address);
	return 0;
}

static int check_irqchips(const struct jailhouse_cell_desc *desc, struct config_reason *why)
{
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < desc->num_irqchips; n++)
		err = check_irqchip(desc, n, why);
	return err;
}

/* Where there must be nothing else. */
static int check_behind_comm(const struct jailhouse_cell_desc *desc, unsigned int number,
			     struct config_reason *why)
{
	const struct jailhouse_memory *mem, *comm = config_comm(desc);
	const char *what = config_behind_comm(desc, number);
	const struct jailhouse_irqchip *chip;
	u64 page;

	if (!what)
		return 0;
	if (!comm)
		return refuse(why, -EINVAL, "the cell has a %s, but no comm region", what);
	page = config_page_behind(comm, number);
	if (page >= CONFIG_GUEST_PHYS_END)
		return refuse(why, -EOVERFLOW,
			      "the %s is beyond the last guest-physical address", what);
	mem = config_region_at(desc, page, PAGE_SIZE);
	if (mem)
		return refuse_memory(why, -EADDRINUSE, config_number(desc, mem), mem,
				     "overlaps the %s at 0x%llx", what, page);
	chip = config_irqchip_at(desc, page, PAGE_SIZE);
	if (chip)
		return refuse(why, -EADDRINUSE, "irqchip %u (0x%llx) overlaps the %s",
			      (u32)(chip - config_irqchips(desc)), chip->address, what);
	return 0;
}

static int check_made_up(const struct jailhouse_cell_desc *desc, struct config_reason *why)
{
	unsigned int page;
	int err = 0;

	if (!(~desc->flags & (JAILHOUSE_CELL_TEST_DEVICE | JAILHOUSE_CELL_MESSAGE_PIN)))
		return refuse(why, -EINVAL,
			      "the cell has a test device and a message pin at one place");
	if (desc->flags & JAILHOUSE_CELL_CONSOLE_PIN &&
	    !(desc->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE))
		return refuse(why, -EINVAL, "the cell has a console pin, but no virtual console");
	for (page = 0; !err && page < CONFIG_PAGES_BEHIND; page++)
		err = check_behind_comm(desc, page, why);
	return err;
}

static bool owns_any_pin(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_irqchip *chip = config_irqchips(desc);
	unsigned int n;
	u32 bit;

	for (n = 0; n < desc->num_irqchips; n++, chip++)
		for (bit = 0; bit < 128; bit++)
			if (has_pin(chip, chip->pin_base + bit))
				return true;
	return false;
}

/* The numbers of virtual functions are counted on from that of the physical one (9.2.1.2). */
static int check_virtual(unsigned int n, const struct jailhouse_pci_device *dev,
			 struct config_reason *why)
{
	if (dev->physical >= dev->bdf)
		return refuse_pci(why, -EINVAL, n, dev,
				  "cannot be a virtual function of %02x:%02x.%x, which is not before it",
				  dev->physical >> 8, dev->physical >> 3 & 0x1f,
				  dev->physical & 7);
	if (dev->type & JAILHOUSE_PCI_OWNS_PIN)
		return refuse_pci(why, -EINVAL, n, dev,
				  "has the flag OWNS_PIN, but a virtual function has no pin");
	return 0;
}

static int check_device_type(const struct jailhouse_cell_desc *desc, bool root, unsigned int n,
			     const struct jailhouse_pci_device *dev, struct config_reason *why)
{
	const u8 type = dev->type & JAILHOUSE_PCI_TYPE_MASK;

	if (!type || type > JAILHOUSE_PCI_TYPE_VIRTUAL)
		return refuse_pci(why, -EINVAL, n, dev, "has the unknown type 0x%x", dev->type);
	if (root && dev->type & ~JAILHOUSE_PCI_TYPE_MASK)
		return refuse_pci(why, -EINVAL, n, dev,
				  "of the root cell has a flag of other cells: %s",
				  dev->type & JAILHOUSE_PCI_OWNS_PIN ? "OWNS_PIN" : "NO_FLR");
	if (dev->type & JAILHOUSE_PCI_OWNS_PIN && !owns_any_pin(desc))
		return refuse_pci(why, -EINVAL, n, dev,
				  "has the flag OWNS_PIN, but the cell owns no pin of an irqchip");
	return type == JAILHOUSE_PCI_TYPE_VIRTUAL ? check_virtual(n, dev, why) : 0;
}

static int check_device(const struct jailhouse_cell_desc *desc, bool root, unsigned int n,
			struct config_reason *why)
{
	const struct jailhouse_pci_device *dev = config_pci(desc) + n, *other;
	int err = check_device_type(desc, root, n, dev, why);

	if (err)
		return err;
	if (dev->iommu >= JAILHOUSE_MAX_IOMMU_UNITS)
		return refuse_pci(why, -EINVAL, n, dev,
				  "names DMA remapping unit %u, the limit is %u",
				  dev->iommu, JAILHOUSE_MAX_IOMMU_UNITS - 1);
	if (!dev->num_msix_vectors != !dev->msix_address || dev->num_msix_vectors > 2048 ||
	    dev->msix_address % 8 || dev->msix_address >= CONFIG_PHYS_END)
		return refuse_pci(why, -EINVAL, n, dev,
				  "cannot have an MSI-X table of %u vectors at 0x%llx",
				  dev->num_msix_vectors, dev->msix_address);
	other = config_find_device(desc, n, config_domain(dev), dev->bdf);
	if (other)
		return refuse_pci(why, -EADDRINUSE, n, dev, "is PCI device %u once more",
				  (u32)(other - config_pci(desc)));
	return root ? 0 : config_check_msix(desc, n, dev, why);
}

static int check_devices(const struct jailhouse_cell_desc *desc, bool root,
			 struct config_reason *why)
{
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < desc->num_pci_devices; n++)
		err = check_device(desc, root, n, why);
	return err;
}

int config_check_fields(const struct jailhouse_cell_desc *desc, bool root,
			struct config_reason *why)
{
	const u32 valid = root ? 0 : CELL_VALID_FLAGS;
	int err;

	err = check_name(desc, why);
	if (err)
		return err;
	if (desc->flags & ~valid)
		return refuse(why, -EINVAL, "the cell has unknown flags: 0x%x",
			      desc->flags & ~valid);

	err = config_check_console(&desc->console, false, "the cell's console", why);
	if (!err)
		err = check_cpu_set(desc, root, why);
	if (!err)
		err = config_check_memory(desc, root, why);
	if (!err && !root)
		err = config_check_reset_address(desc, why);
	if (!err)
		err = check_irqchips(desc, why);
	if (!err)
		err = check_made_up(desc, why);
	if (!err)
		err = config_check_ports(desc, root, why);
	if (!err)
		err = config_check_virtual_console(desc, why);
	if (!err)
		err = check_devices(desc, root, why);
	if (!err)
		err = config_check_links(desc, why);
	if (!err)
		err = config_check_ivshmem(desc, root, why);
	return err;
}
