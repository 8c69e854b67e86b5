// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check of configurations. Linked into the hypervisor, the driver and host tools.
 *
 * Lists are compared entry by entry, but only where an entry starts before the end of
 * an earlier one: a list in ascending order takes one pass.
 */
#include "config_check.h"
#include "errno.h"
#include "format.h"
#include "pio.h"
#include "string.h"

/* An I/O APIC has no more (82093AA: eight bits, the last 16 are reserved). */
#define MAX_PINS	240U

#define CELL_VALID_FLAGS						\
	(JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_DEBUG_CONSOLE |	\
	 JAILHOUSE_CELL_START_FIRST_CPU)

#define COMM_FLAGS							\
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)

/* What the root cell has to have itself to give it away. */
#define MEM_RIGHTS							\
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |	\
	 JAILHOUSE_MEM_DMA)

/* Both sorts of blobs begin alike. */
struct head {
	char signature[JAILHOUSE_SIGNATURE_SIZE];
	u16 revision;
	u32 total_size;
	u32 checksum;
} __packed;

static_assert(offsetof(struct jailhouse_cell_desc, checksum) ==
	      offsetof(struct head, checksum));
static_assert(offsetof(struct jailhouse_system, checksum) ==
	      offsetof(struct head, checksum));

/*
 * Refusals
 */

static void accept(struct config_reason *why)
{
	why->error = 0;
	why->text[0] = '\0';
}

static int __printf(4, 0) vrefuse(struct config_reason *why, int error, size_t at,
				  const char *fmt, va_list ap)
{
	fmt_vsnprintf(why->text + at, sizeof(why->text) - at, fmt, ap);
	why->error = error;
	return error;
}

static int __printf(3, 4) refuse(struct config_reason *why, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vrefuse(why, error, 0, fmt, ap);
	va_end(ap);
	return error;
}

/* Where to go on after a text of @length that may have been cut. */
static size_t continue_at(const struct config_reason *why, int length)
{
	return MIN((size_t)length, sizeof(why->text) - 1);
}

static int __printf(5, 6) refuse_memory(struct config_reason *why, int error,
					unsigned int number,
					const struct jailhouse_memory *mem,
					const char *fmt, ...)
{
	const u64 start = mem->flags & JAILHOUSE_MEM_COMM_REGION ? mem->virt_start :
								   mem->phys_start;
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text),
			      "memory region %u (0x%llx-0x%llx) ",
			      number, start, start + mem->size);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}

static int __printf(5, 6) refuse_pio(struct config_reason *why, int error,
				     unsigned int number, const struct jailhouse_pio *pio,
				     const char *fmt, ...)
{
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text), "port region %u (0x%x-0x%llx) ",
			      number, pio->base, (u64)pio->base + pio->length - 1);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}

static int __printf(5, 6) refuse_pci(struct config_reason *why, int error,
				     unsigned int number,
				     const struct jailhouse_pci_device *dev,
				     const char *fmt, ...)
{
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text),
			      "PCI device %u (%04x:%02x:%02x.%x) ", number, dev->domain,
			      dev->bdf >> 8, dev->bdf >> 3 & 0x1f, dev->bdf & 7);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}

/*
 * Blob as a whole
 */

u32 config_crc32(u32 crc, const void *data, size_t size)
{
	/* Of each half byte: small, and fast enough for what is some kilobytes. */
	static const u32 table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const u8 *byte = data;

	for (crc = ~crc; size--; byte++) {
		crc ^= *byte;
		crc = crc >> 4 ^ table[crc & 0xf];
		crc = crc >> 4 ^ table[crc & 0xf];
	}
	return ~crc;
}

u32 config_checksum(const void *blob, size_t size)
{
	const u8 *bytes = blob;
	const u8 zero[sizeof(u32)] = { 0 };
	const size_t field = offsetof(struct head, checksum);
	u32 crc;

	crc = config_crc32(0, bytes, field);
	crc = config_crc32(crc, zero, sizeof(zero));
	return config_crc32(crc, bytes + field + sizeof(zero), size - field - sizeof(zero));
}

static int check_signature(const char *found, const char *wanted, const char *what,
			   struct config_reason *why)
{
	if (!memcmp(found, wanted, JAILHOUSE_SIGNATURE_SIZE))
		return 0;
	return refuse(why, -EILSEQ, "not the configuration of a %s: the signature is not %s",
		      what, wanted);
}

static int check_revision(u16 revision, struct config_reason *why)
{
	if (revision == JAILHOUSE_CONFIG_REVISION)
		return 0;
	return refuse(why, -EPROTONOSUPPORT, "format revision is %u, only %u is supported",
		      revision, JAILHOUSE_CONFIG_REVISION);
}

/* Everything that can be said before the counts are looked at. */
static int check_head(const void *blob, size_t size, size_t min_size, const char *signature,
		      const char *what, struct config_reason *why)
{
	const struct head *head = blob;
	int err;

	if (!blob || !size)
		return refuse(why, -ENODATA, "there is no configuration");
	if (size > JAILHOUSE_MAX_CONFIG_SIZE)
		return refuse(why, -EFBIG, "the configuration has more than %u bytes",
			      JAILHOUSE_MAX_CONFIG_SIZE);
	if (size < sizeof(*head))
		return refuse(why, -EMSGSIZE, "the configuration is truncated: %zu bytes", size);
	err = check_signature(head->signature, signature, what, why);
	if (!err)
		err = check_revision(head->revision, why);
	if (err)
		return err;
	if (size < min_size || size < head->total_size)
		return refuse(why, -EMSGSIZE,
			      "the configuration is truncated: %zu bytes of %u (total_size)",
			      size, head->total_size);
	if (size > head->total_size)
		return refuse(why, -EMSGSIZE,
			      "the configuration is too long: %zu bytes, total_size is %u",
			      size, head->total_size);
	return 0;
}

static int check_counts(const struct jailhouse_cell_desc *desc, size_t size,
			struct config_reason *why)
{
	const struct {
		const char *name;
		u32 count;
		u32 max;
	} rows[] = {
		{ "cpu_set_size", desc->cpu_set_size, CONFIG_MAX_CPU_SET_SIZE },
		{ "num_memory_regions", desc->num_memory_regions, CONFIG_MAX_MEMORY_REGIONS },
		{ "num_irqchips", desc->num_irqchips, CONFIG_MAX_IRQCHIPS },
		{ "num_pio_regions", desc->num_pio_regions, CONFIG_MAX_PIO_REGIONS },
		{ "num_pci_devices", desc->num_pci_devices, CONFIG_MAX_PCI_DEVICES },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].count > rows[i].max)
			return refuse(why, -E2BIG, "%s is %u, %u is the limit",
				      rows[i].name, rows[i].count, rows[i].max);
	if (desc->cpu_set_size % 8)
		return refuse(why, -EINVAL,
			      "the CPU set (cpu_set_size) has %u bytes, not a multiple of 8",
			      desc->cpu_set_size);
	if (config_size(desc) != size)
		return refuse(why, -EMSGSIZE,
			      "the counts of the cell's lists make %llu bytes, there are %zu",
			      config_size(desc), size);
	return 0;
}

static int check_blob_checksum(const void *blob, size_t size, struct config_reason *why)
{
	const struct head *head = blob;
	const u32 sum = config_checksum(blob, size);

	if (head->checksum == sum)
		return 0;
	return refuse(why, -EBADMSG, "wrong checksum: 0x%08x, the contents have 0x%08x",
		      head->checksum, sum);
}

/*
 * Fields of a cell
 */

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

static int check_console(const struct jailhouse_console *con, const char *what,
			 struct config_reason *why)
{
	const u64 length = con->flags & JAILHOUSE_CON_REGDIST_4 ? 32 : 8;

	if (con->type != JAILHOUSE_CON_TYPE_NONE && con->type != JAILHOUSE_CON_TYPE_8250)
		return refuse(why, -EINVAL, "%s has the unknown type %u", what, con->type);
	if (con->flags & ~(JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4))
		return refuse(why, -EINVAL, "%s has the unknown flags 0x%x", what, con->flags);
	if (con->gate_nr || con->clock_reg)
		return refuse(why, -EINVAL, "%s has a gate_nr or clock_reg, which must be 0", what);
	if (con->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	if (con->flags & JAILHOUSE_CON_ACCESS_MMIO) {
		if (con->address >= CONFIG_PHYS_END)
			return refuse(why, -EOVERFLOW, "%s is at 0x%llx, beyond physical memory",
				      what, con->address);
	} else if (con->address > PIO_NUM_PORTS - length) {
		return refuse(why, -EOVERFLOW, "%s is at 0x%llx, beyond the last port",
			      what, con->address);
	}
	return 0;
}

static int check_cpu_set(const struct jailhouse_cell_desc *desc, bool root,
			 struct config_reason *why)
{
	const u8 *set = (const u8 *)(desc + 1);
	u32 i;

	if (root && desc->cpu_set_size == 0)
		return 0;
	for (i = JAILHOUSE_MAX_CPUS / 8; i < desc->cpu_set_size; i++)
		if (set[i])
			return refuse(why, -ENODEV, "CPU %u does not exist, the limit is %u CPUs",
				      i * 8 + (u32)__builtin_ctz(set[i]), JAILHOUSE_MAX_CPUS);
	if (desc->cpu_set_size == 0 || config_cpu_set(desc) == 0)
		return refuse(why, -EINVAL, "the CPU set is empty");
	return 0;
}

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool is_comm(const struct jailhouse_memory *mem)
{
	return mem->flags & JAILHOUSE_MEM_COMM_REGION;
}

static int check_range(const struct jailhouse_memory *mem, unsigned int n,
		       struct config_reason *why)
{
	if (!mem->size)
		return refuse_memory(why, -EINVAL, n, mem, "is empty");
	if (!IS_ALIGNED(mem->phys_start | mem->virt_start | mem->size, PAGE_SIZE))
		return refuse_memory(why, -EINVAL, n, mem, "is not aligned to %llu bytes",
				     (u64)PAGE_SIZE);
	if (mem->phys_start >= CONFIG_PHYS_END || mem->size > CONFIG_PHYS_END - mem->phys_start)
		return refuse_memory(why, -EOVERFLOW, n, mem,
				     "ends beyond the last physical address");
	if (mem->virt_start >= CONFIG_GUEST_PHYS_END ||
	    mem->size > CONFIG_GUEST_PHYS_END - mem->virt_start)
		return refuse_memory(why, -EOVERFLOW, n, mem,
				     "at virt_start 0x%llx ends beyond the last guest-physical address",
				     mem->virt_start);
	return 0;
}

static int check_root_region(const struct jailhouse_memory *mem, unsigned int n,
			     struct config_reason *why)
{
	if (mem->virt_start != mem->phys_start)
		return refuse_memory(why, -EINVAL, n, mem,
				     "of the root cell has another virt_start: 0x%llx",
				     mem->virt_start);
	if (mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_LOADABLE |
			  JAILHOUSE_MEM_ROOTSHARED))
		return refuse_memory(why, -EINVAL, n, mem,
				     "of the root cell has flags of other cells: 0x%llx",
				     mem->flags);
	return 0;
}

static int check_cell_region(const struct jailhouse_memory *mem, unsigned int n,
			     struct config_reason *why)
{
	if (is_comm(mem)) {
		if (mem->size != PAGE_SIZE || mem->phys_start)
			return refuse_memory(why, -EINVAL, n, mem,
					     "is a comm region, but not one page at phys_start 0");
		if (mem->flags != COMM_FLAGS)
			return refuse_memory(why, -EINVAL, n, mem,
					     "is a comm region, but has not just the flags READ and WRITE");
	}
	if (mem->flags & JAILHOUSE_MEM_LOADABLE &&
	    mem->flags & (JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_IO))
		return refuse_memory(why, -EINVAL, n, mem,
				     "is LOADABLE, which excludes ROOTSHARED and IO");
	return 0;
}

/* Overlap with an earlier entry, host-physical or guest-physical. */
static int check_region_overlaps(const struct jailhouse_cell_desc *desc, bool guest,
				 struct config_reason *why)
{
	const struct jailhouse_memory *all = config_mem_regions(desc), *mem, *other;
	u64 start, end = 0;

	for (mem = all; mem < all + desc->num_memory_regions; mem++) {
		if (!guest && is_comm(mem))
			continue;
		start = guest ? mem->virt_start : mem->phys_start;
		for (other = all; start < end && other < mem; other++) {
			if (!guest && is_comm(other))
				continue;
			if (overlap(start, mem->size,
				    guest ? other->virt_start : other->phys_start, other->size))
				return refuse_memory(why, -EADDRINUSE, (u32)(mem - all), mem,
						     "overlaps memory region %u, %s",
						     (u32)(other - all),
						     guest ? "guest-physically (virt_start)" :
							     "host-physically (phys_start)");
		}
		end = MAX(end, start + mem->size);
	}
	return 0;
}

static int check_memory(const struct jailhouse_cell_desc *desc, bool root,
			struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n, comms = 0;
	int err;

	for (n = 0; n < desc->num_memory_regions; n++, mem++) {
		if (mem->flags & ~(u64)JAILHOUSE_MEM_VALID_FLAGS)
			return refuse_memory(why, -EINVAL, n, mem, "has unknown flags: 0x%llx",
					     mem->flags);
		err = check_range(mem, n, why);
		if (err)
			return err;
		if (!(mem->flags & JAILHOUSE_MEM_READ))
			return refuse_memory(why, -EINVAL, n, mem, "is not readable");
		err = root ? check_root_region(mem, n, why) : check_cell_region(mem, n, why);
		if (err)
			return err;
		if (is_comm(mem) && comms++)
			return refuse_memory(why, -EINVAL, n, mem, "is a second comm region");
	}
	err = check_region_overlaps(desc, false, why);
	return err ? err : check_region_overlaps(desc, true, why);
}

static int check_reset_address(const struct jailhouse_cell_desc *desc,
			       struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	const u64 address = desc->cpu_reset_address;
	bool any = false;
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++) {
		if (!(mem->flags & JAILHOUSE_MEM_EXECUTE))
			continue;
		any = true;
		if (address >= mem->virt_start && address - mem->virt_start < mem->size &&
		    address <= 0xffffffff)
			return 0;
	}
	if (!any)
		return refuse(why, -EINVAL, "there is no executable memory region");
	return refuse(why, -EINVAL,
		      "cpu_reset_address 0x%llx is in no executable memory region below 4 GiB",
		      address);
}

static bool has_pin(const struct jailhouse_irqchip *chip, u32 pin)
{
	const u32 bit = pin - chip->pin_base;

	return bit < 128 && chip->pin_bitmap[bit / 32] & 1U << bit % 32;
}

/* Whether an entry of @desc before number @end has that pin. */
static bool cell_has_pin(const struct jailhouse_cell_desc *desc, unsigned int end,
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
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int bit, pin, region;

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
		if (cell_has_pin(desc, n, chip->address, pin))
			return refuse(why, -EADDRINUSE,
				      "irqchip %u (0x%llx) has pin %u, as an earlier one",
				      n, chip->address, pin);
	}
	for (region = 0; region < desc->num_memory_regions; region++, mem++)
		if (overlap(mem->virt_start, mem->size, chip->address, PAGE_SIZE))
			return refuse_memory(why, -EADDRINUSE, region, mem,
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

static int check_port_range(const struct jailhouse_pio *pio, unsigned int n, bool root,
			    struct config_reason *why)
{
	if (!pio->length)
		return refuse(why, -EINVAL, "port region %u (0x%x) is empty", n, pio->base);
	if (pio->length > PIO_NUM_PORTS - pio->base)
		return refuse_pio(why, -EOVERFLOW, n, pio, "ends beyond port 0xffff");
	if (pio->flags & ~JAILHOUSE_PIO_VALID_FLAGS)
		return refuse_pio(why, -EINVAL, n, pio, "has unknown flags: 0x%x", pio->flags);
	if (root && pio->flags)
		return refuse_pio(why, -EINVAL, n, pio,
				  "of the root cell has flags of other cells: 0x%x", pio->flags);
	if (pio->flags == (JAILHOUSE_PIO_ROOTSHARED | JAILHOUSE_PIO_IGNORE))
		return refuse_pio(why, -EINVAL, n, pio, "is IGNORE, which excludes ROOTSHARED");
	return 0;
}

static int check_ports(const struct jailhouse_cell_desc *desc, bool root,
		       struct config_reason *why)
{
	const struct jailhouse_pio *all = config_pio(desc), *pio, *other;
	u32 end = 0;
	int err;

	for (pio = all; pio < all + desc->num_pio_regions; pio++) {
		err = check_port_range(pio, (u32)(pio - all), root, why);
		if (err)
			return err;
		for (other = all; pio->base < end && other < pio; other++)
			if (overlap(pio->base, pio->length, other->base, other->length))
				return refuse_pio(why, -EADDRINUSE, (u32)(pio - all), pio,
						  "overlaps port region %u", (u32)(other - all));
		end = MAX(end, pio->base + pio->length);
	}
	return 0;
}

static const struct jailhouse_pci_device *find_device(const struct jailhouse_cell_desc *desc,
						      unsigned int end, u16 domain, u16 bdf)
{
	const struct jailhouse_pci_device *dev = config_pci(desc);

	for (; end--; dev++)
		if (dev->bdf == bdf && dev->domain == domain)
			return dev;
	return NULL;
}

static int check_device(const struct jailhouse_cell_desc *desc, unsigned int n,
			struct config_reason *why)
{
	const struct jailhouse_pci_device *dev = config_pci(desc) + n, *other;

	if (dev->type != JAILHOUSE_PCI_TYPE_DEVICE && dev->type != JAILHOUSE_PCI_TYPE_BRIDGE)
		return refuse_pci(why, -EINVAL, n, dev, "has the unknown type %u", dev->type);
	if (dev->iommu >= JAILHOUSE_MAX_IOMMU_UNITS)
		return refuse_pci(why, -EINVAL, n, dev,
				  "names DMA remapping unit %u, the limit is %u",
				  dev->iommu, JAILHOUSE_MAX_IOMMU_UNITS - 1);
	if (!dev->num_msix_vectors != !dev->msix_address || dev->num_msix_vectors > 2048 ||
	    dev->msix_address % 8 || dev->msix_address >= CONFIG_PHYS_END)
		return refuse_pci(why, -EINVAL, n, dev,
				  "cannot have an MSI-X table of %u vectors at 0x%llx",
				  dev->num_msix_vectors, dev->msix_address);
	other = find_device(desc, n, dev->domain, dev->bdf);
	if (other)
		return refuse_pci(why, -EADDRINUSE, n, dev, "is PCI device %u once more",
				  (u32)(other - config_pci(desc)));
	return 0;
}

static int check_devices(const struct jailhouse_cell_desc *desc, struct config_reason *why)
{
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < desc->num_pci_devices; n++)
		err = check_device(desc, n, why);
	return err;
}

static int check_fields(const struct jailhouse_cell_desc *desc, bool root,
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
	if (desc->reserved)
		return refuse(why, -EINVAL, "the cell's reserved field is not 0");

	err = check_console(&desc->console, "the cell's console", why);
	if (!err)
		err = check_cpu_set(desc, root, why);
	if (!err)
		err = check_memory(desc, root, why);
	if (!err && !root)
		err = check_reset_address(desc, why);
	if (!err)
		err = check_irqchips(desc, why);
	if (!err)
		err = check_ports(desc, root, why);
	if (!err)
		err = check_devices(desc, why);
	return err;
}

int config_check_cell(const void *blob, size_t size, struct config_reason *why)
{
	const struct jailhouse_cell_desc *desc = blob;
	int err;

	accept(why);
	err = check_head(blob, size, sizeof(*desc), JAILHOUSE_CELL_DESC_SIGNATURE, "cell", why);
	if (!err)
		err = check_counts(desc, size, why);
	if (!err)
		err = check_blob_checksum(blob, size, why);
	if (!err)
		err = check_fields(desc, false, why);
	return err;
}

/*
 * System
 */

static int check_hypervisor_memory(const struct jailhouse_memory *mem,
				   struct config_reason *why)
{
	if (!mem->size || !IS_ALIGNED(mem->phys_start | mem->size, PAGE_SIZE) ||
	    mem->phys_start >= CONFIG_PHYS_END || mem->size > CONFIG_PHYS_END - mem->phys_start)
		return refuse(why, -EINVAL,
			      "hypervisor memory cannot be at 0x%llx with a size of 0x%llx",
			      mem->phys_start, mem->size);
	if (mem->virt_start || mem->flags)
		return refuse(why, -EINVAL,
			      "hypervisor memory has a virt_start or flags, which must be 0");
	return 0;
}

static u64 mmconfig_size(const struct jailhouse_platform_info *info)
{
	return info->pci_mmconfig_base ? (u64)(info->pci_mmconfig_end_bus + 1) << 20 : 0;
}

static int check_platform(const struct jailhouse_platform_info *info,
			  struct config_reason *why)
{
	const struct jailhouse_iommu *unit = info->iommu_units;
	unsigned int n;

	for (n = 0; n < sizeof(info->reserved); n++)
		if (info->reserved[n])
			return refuse(why, -EINVAL, "platform_info.reserved is not 0");
	if (info->pci_mmconfig_base % BIT_ULL(20) || info->pci_mmconfig_base >= CONFIG_PHYS_END)
		return refuse(why, -EINVAL, "pci_mmconfig_base cannot be 0x%llx",
			      info->pci_mmconfig_base);
	if (info->pm_timer_address > PIO_NUM_PORTS - PIO_PM_TIMER_LENGTH)
		return refuse(why, -EOVERFLOW, "pm_timer_address 0x%x is too close to port 0xffff",
			      info->pm_timer_address);
	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++, unit++)
		if (!unit->base != !unit->size || !IS_ALIGNED(unit->base | unit->size, PAGE_SIZE) ||
		    unit->base >= CONFIG_PHYS_END || unit->size > CONFIG_PHYS_END - unit->base)
			return refuse(why, -EINVAL,
				      "DMA remapping unit %u cannot be at 0x%llx with a size of 0x%llx",
				      n, unit->base, unit->size);
	return 0;
}

/* What only the hypervisor may touch must not be in a region of the root cell. */
static int check_not_root(const struct jailhouse_system *sys, u64 start, u64 size,
			  const char *what, struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(&sys->root_cell);
	unsigned int n;

	for (n = 0; size && n < sys->root_cell.num_memory_regions; n++, mem++)
		if (overlap(mem->phys_start, mem->size, start, size))
			return refuse_memory(why, -EADDRINUSE, n, mem,
					     "of the root cell overlaps %s (0x%llx-0x%llx)",
					     what, start, start + size);
	return 0;
}

static int check_machine(const struct jailhouse_system *sys, struct config_reason *why)
{
	const struct jailhouse_platform_info *info = &sys->platform_info;
	unsigned int n;
	int err;

	err = check_not_root(sys, sys->hypervisor_memory.phys_start,
			     sys->hypervisor_memory.size, "hypervisor memory", why);
	if (!err)
		err = check_not_root(sys, info->pci_mmconfig_base, mmconfig_size(info),
				     "the MMCONFIG window", why);
	for (n = 0; !err && n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		err = check_not_root(sys, info->iommu_units[n].base, info->iommu_units[n].size,
				     "a DMA remapping unit", why);
	return err;
}

static int check_root_head(const struct jailhouse_cell_desc *root, size_t size,
			   struct config_reason *why)
{
	int err;

	err = check_signature(root->signature, JAILHOUSE_CELL_DESC_SIGNATURE, "root cell", why);
	if (!err)
		err = check_revision(root->revision, why);
	if (err)
		return err;
	if (root->total_size != size)
		return refuse(why, -EMSGSIZE,
			      "total_size of the root cell is %u, there are %zu bytes",
			      root->total_size, size);
	if (root->checksum || root->id)
		return refuse(why, -EINVAL, "checksum and id of the root cell must be 0");
	return 0;
}

static int check_system_fields(const struct jailhouse_system *sys, struct config_reason *why)
{
	int err;

	if (sys->flags || sys->reserved)
		return refuse(why, -EINVAL, "flags and reserved of the system must be 0");
	err = check_hypervisor_memory(&sys->hypervisor_memory, why);
	if (!err)
		err = check_console(&sys->debug_console, "debug_console", why);
	if (!err)
		err = check_platform(&sys->platform_info, why);
	return err;
}

int config_check_system(const void *blob, size_t size, struct config_reason *why)
{
	const size_t root_offset = offsetof(struct jailhouse_system, root_cell);
	const struct jailhouse_system *sys = blob;
	int err;

	accept(why);
	err = check_head(blob, size, sizeof(*sys), JAILHOUSE_SYSTEM_SIGNATURE, "system", why);
	if (!err)
		err = check_counts(&sys->root_cell, size - root_offset, why);
	if (!err)
		err = check_blob_checksum(blob, size, why);
	if (!err)
		err = check_root_head(&sys->root_cell, size - root_offset, why);
	if (!err)
		err = check_system_fields(sys, why);
	if (!err)
		err = check_fields(&sys->root_cell, true, why);
	if (!err)
		err = check_machine(sys, why);
	return err;
}

/*
 * Cell and machine
 */

/**
 * struct fit - who has what
 * @cell: asks
 * @sys: the machine, with the root cell
 * @others: cells that have something already
 * @num_others: how many
 * @why: receives the reason
 */
struct fit {
	const struct jailhouse_cell_desc *cell;
	const struct jailhouse_system *sys;
	const struct jailhouse_cell_desc *const *others;
	unsigned int num_others;
	struct config_reason *why;
};

static int fit_name(const struct fit *fit)
{
	const char *name = fit->cell->name;
	unsigned int n;

	if (!strcmp(name, fit->sys->root_cell.name))
		return refuse(fit->why, -EEXIST, "the root cell has the name \"%s\"", name);
	for (n = 0; n < fit->num_others; n++)
		if (!strcmp(name, fit->others[n]->name))
			return refuse(fit->why, -EEXIST, "there is a cell \"%s\" already", name);
	return 0;
}

static int fit_cpus(const struct fit *fit, u64 root_cpus)
{
	const u64 cpus = config_cpu_set(fit->cell);
	unsigned int n;
	u64 taken;

	for (n = 0; n < fit->num_others; n++) {
		taken = cpus & config_cpu_set(fit->others[n]);
		if (taken)
			return refuse(fit->why, -EBUSY, "CPU %u belongs to cell \"%s\"",
				      (u32)__builtin_ctzll(taken), fit->others[n]->name);
	}
	if (cpus & ~root_cpus)
		return refuse(fit->why, -ENODEV, "CPU %u does not exist",
			      (u32)__builtin_ctzll(cpus & ~root_cpus));
	if (cpus == root_cpus)
		return refuse(fit->why, -EBUSY, "CPU %u is the last one of the root cell",
			      63 - (u32)__builtin_clzll(cpus));
	return 0;
}

static const struct jailhouse_memory *region_at(const struct jailhouse_cell_desc *desc,
						u64 hpa)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++)
		if (hpa >= mem->phys_start && hpa - mem->phys_start < mem->size)
			return mem;
	return NULL;
}

/* All of it is in regions of the root cell, which may do there what the cell wants to. */
static int fit_region_in_root(const struct fit *fit, unsigned int n,
			      const struct jailhouse_memory *mem)
{
	const u64 end = mem->phys_start + mem->size;
	const struct jailhouse_memory *owned;
	u64 hpa;

	for (hpa = mem->phys_start; hpa < end; hpa = owned->phys_start + owned->size) {
		owned = region_at(&fit->sys->root_cell, hpa);
		if (!owned)
			return refuse_memory(fit->why, -ENXIO, n, mem,
					     "is not the root cell's from 0x%llx on", hpa);
		if (mem->flags & MEM_RIGHTS & ~owned->flags)
			return refuse_memory(fit->why, -EACCES, n, mem,
					     "has rights (flags 0x%llx) that the root cell lacks at 0x%llx",
					     mem->flags & MEM_RIGHTS & ~owned->flags, hpa);
		if (owned->flags & ~mem->flags & JAILHOUSE_MEM_IO)
			return refuse_memory(fit->why, -EACCES, n, mem,
					     "lacks the flag IO that the root cell has at 0x%llx",
					     hpa);
	}
	return 0;
}

static int fit_region_among_others(const struct fit *fit, unsigned int n,
				   const struct jailhouse_memory *mem)
{
	const struct jailhouse_memory *other;
	unsigned int cell, region;

	for (cell = 0; cell < fit->num_others; cell++) {
		other = config_mem_regions(fit->others[cell]);
		for (region = 0; region < fit->others[cell]->num_memory_regions;
		     region++, other++) {
			if (is_comm(other) || mem->flags & other->flags & JAILHOUSE_MEM_ROOTSHARED)
				continue;
			if (overlap(mem->phys_start, mem->size, other->phys_start, other->size))
				return refuse_memory(fit->why, -EBUSY, n, mem,
						     "overlaps memory region %u of cell \"%s\"",
						     region, fit->others[cell]->name);
		}
	}
	return 0;
}

static int fit_region(const struct fit *fit, unsigned int n,
		      const struct jailhouse_memory *mem)
{
	const struct jailhouse_memory *hv = &fit->sys->hypervisor_memory;
	const struct jailhouse_platform_info *info = &fit->sys->platform_info;
	int err;

	if (overlap(mem->virt_start, mem->size, info->pci_mmconfig_base, mmconfig_size(info)))
		return refuse_memory(fit->why, -EADDRINUSE, n, mem,
				     "overlaps the MMCONFIG window, guest-physically (virt_start)");
	if (is_comm(mem))
		return 0;
	if (overlap(mem->phys_start, mem->size, hv->phys_start, hv->size))
		return refuse_memory(fit->why, -EADDRINUSE, n, mem, "overlaps hypervisor memory");
	err = fit_region_in_root(fit, n, mem);
	return err ? err : fit_region_among_others(fit, n, mem);
}

static int fit_memory(const struct fit *fit)
{
	const struct jailhouse_memory *mem = config_mem_regions(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_memory_regions; n++, mem++)
		err = fit_region(fit, n, mem);
	return err;
}

static bool in_pm_timer(const struct fit *fit, u32 port)
{
	const u32 timer = fit->sys->platform_info.pm_timer_address;

	return timer && port >= timer && port - timer < PIO_PM_TIMER_LENGTH;
}

/* One past the last port in a row, from @port on, that are the root cell's. */
static u32 root_ports_end(const struct fit *fit, u32 port)
{
	const struct jailhouse_pio *pio = config_pio(&fit->sys->root_cell);
	unsigned int n;

	for (n = 0; n < fit->sys->root_cell.num_pio_regions; n++, pio++)
		if (port >= pio->base && port - pio->base < pio->length)
			return pio->base + pio->length;
	/* Everybody's. */
	return in_pm_timer(fit, port) ? port + 1 : port;
}

static int fit_ports_in_root(const struct fit *fit, unsigned int n,
			     const struct jailhouse_pio *pio)
{
	u32 port, end;

	for (port = pio->base; port < pio->base + pio->length; port = end) {
		end = root_ports_end(fit, port);
		if (end == port)
			return refuse_pio(fit->why, -ENXIO, n, pio,
					  "is not the root cell's from 0x%x on", port);
	}
	return 0;
}

static bool ports_conflict(const struct fit *fit, const struct jailhouse_pio *a,
			   const struct jailhouse_pio *b)
{
	const u32 start = MAX(a->base, b->base);
	const u32 end = MIN(a->base + a->length, b->base + b->length);

	if (start >= end || (a->flags | b->flags) & JAILHOUSE_PIO_IGNORE ||
	    a->flags & b->flags & JAILHOUSE_PIO_ROOTSHARED)
		return false;
	return !in_pm_timer(fit, start) || !in_pm_timer(fit, end - 1);
}

static int fit_ports_among_others(const struct fit *fit, unsigned int n,
				  const struct jailhouse_pio *pio)
{
	const struct jailhouse_pio *other;
	unsigned int cell, range;

	for (cell = 0; cell < fit->num_others; cell++) {
		other = config_pio(fit->others[cell]);
		for (range = 0; range < fit->others[cell]->num_pio_regions; range++, other++)
			if (ports_conflict(fit, pio, other))
				return refuse_pio(fit->why, -EBUSY, n, pio,
						  "overlaps port region %u of cell \"%s\"",
						  range, fit->others[cell]->name);
	}
	return 0;
}

static int fit_ports(const struct fit *fit)
{
	const struct jailhouse_pio *pio = config_pio(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_pio_regions; n++, pio++) {
		if (pio->flags & JAILHOUSE_PIO_IGNORE)
			continue;
		err = fit_ports_in_root(fit, n, pio);
		if (!err)
			err = fit_ports_among_others(fit, n, pio);
	}
	return err;
}

static int fit_pin(const struct fit *fit, unsigned int n, u64 address, u32 pin)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell, *other;
	unsigned int cell;

	if (!cell_has_pin(root, root->num_irqchips, address, pin))
		return refuse(fit->why, -ENXIO,
			      "irqchip %u (0x%llx) has pin %u, which is not the root cell's",
			      n, address, pin);
	for (cell = 0; cell < fit->num_others; cell++) {
		other = fit->others[cell];
		if (cell_has_pin(other, other->num_irqchips, address, pin))
			return refuse(fit->why, -EBUSY,
				      "irqchip %u (0x%llx) has pin %u, which belongs to cell \"%s\"",
				      n, address, pin, other->name);
	}
	return 0;
}

static int fit_irqchips(const struct fit *fit)
{
	const struct jailhouse_irqchip *chip = config_irqchips(fit->cell);
	unsigned int n, bit;
	int err = 0;

	for (n = 0; n < fit->cell->num_irqchips; n++, chip++)
		for (bit = 0; !err && bit < 128; bit++)
			if (has_pin(chip, chip->pin_base + bit))
				err = fit_pin(fit, n, chip->address, chip->pin_base + bit);
	return err;
}

static int fit_device(const struct fit *fit, unsigned int n,
		      const struct jailhouse_pci_device *dev)
{
	const struct jailhouse_cell_desc *root = &fit->sys->root_cell, *other;
	const struct jailhouse_pci_device *owned;
	unsigned int cell;

	owned = find_device(root, root->num_pci_devices, dev->domain, dev->bdf);
	if (!owned)
		return refuse_pci(fit->why, -ENXIO, n, dev, "is not the root cell's");
	if (memcmp(owned, dev, sizeof(*dev)))
		return refuse_pci(fit->why, -EINVAL, n, dev,
				  "is described in another way than in the root cell");
	for (cell = 0; cell < fit->num_others; cell++) {
		other = fit->others[cell];
		if (find_device(other, other->num_pci_devices, dev->domain, dev->bdf))
			return refuse_pci(fit->why, -EBUSY, n, dev, "belongs to cell \"%s\"",
					  other->name);
	}
	return 0;
}

static int fit_devices(const struct fit *fit)
{
	const struct jailhouse_pci_device *dev = config_pci(fit->cell);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < fit->cell->num_pci_devices; n++, dev++)
		err = fit_device(fit, n, dev);
	return err;
}

int config_check_cell_fits(const struct jailhouse_cell_desc *cell,
			   const struct jailhouse_system *sys,
			   const struct jailhouse_cell_desc *const others[],
			   unsigned int num_others, u64 root_cpus,
			   struct config_reason *why)
{
	const struct fit fit = {
		.cell = cell, .sys = sys,
		.others = others, .num_others = num_others, .why = why,
	};
	int err;

	accept(why);
	err = fit_name(&fit);
	if (!err)
		err = fit_cpus(&fit, root_cpus);
	if (!err)
		err = fit_memory(&fit);
	if (!err)
		err = fit_ports(&fit);
	if (!err)
		err = fit_irqchips(&fit);
	if (!err)
		err = fit_devices(&fit);
	return err;
}
