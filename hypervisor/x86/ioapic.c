// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O APICs, partitioned by pin.
 *
 * What an owner writes to an entry is kept as it is and read back. The hardware gets
 * an entry that cannot interrupt anybody but CPUs of the owner: where that is not what
 * the owner wrote, it is rerouted to one CPU of the cell or stays masked.
 */
#include "ioapic.h"
#include "string.h"

/* Bits of an entry that the hardware sets: delivery status and remote IRR. */
#define ENTRY_READ_ONLY		(APIC_STATUS | IOAPIC_REMOTE_IRR)
#define ENTRY_LOW_WRITABLE	0x0001afffU
#define ENTRY_HIGH_WRITABLE	0xff000000U
/* The number of an entry of a table, and that it is one. */
#define ENTRY_HIGH_REMAPPED	0xffff0000U
#define ENTRY_DEST		(0xffULL << IOAPIC_DEST_SHIFT)

static bool owns(const struct ioapic_view *view, unsigned int pin)
{
	return view->pins[pin / 64] >> (pin % 64) & 1;
}

static u64 *entry_of(const struct ioapic_view *view, unsigned int pin)
{
	return view->root ? &view->chip->root_entry[pin] : &view->chip->cell_entry[pin];
}

/*
 * Index and data register of the chip are all that owners of different pins share: the lock that
 * another cell may hold is held for one such pair, whatever the access comes to.
 */
static u32 hw_read(struct ioapic *chip, unsigned int reg)
{
	u32 value;

	ticket_lock(&chip->lock);
	value = chip->ops->read(chip->hw, reg);
	ticket_unlock(&chip->lock);
	return value;
}

static void hw_write(struct ioapic *chip, unsigned int reg, u32 value)
{
	ticket_lock(&chip->lock);
	chip->ops->write(chip->hw, reg, value);
	ticket_unlock(&chip->lock);
}

static u32 read_half(struct ioapic *chip, unsigned int pin, unsigned int high)
{
	return hw_read(chip, IOAPIC_REG_ENTRY + 2 * pin + high);
}

static void write_half(struct ioapic *chip, unsigned int pin, unsigned int high, u64 entry)
{
	hw_write(chip, IOAPIC_REG_ENTRY + 2 * pin + high,
		 (u32)(high ? entry >> 32 : entry));
}

static bool has_eoi(const struct ioapic *chip)
{
	return (chip->version & 0xff) >= 0x20;
}

/* Has the root cell to name entries of the table itself? */
static bool names_entries(const struct ioapic_view *view)
{
	return view->root && view->chip->remap && !view->chip->remap->rewrites;
}

/* Or does the hardware get something else than the owner wrote, which is a CPU and a vector? */
static bool is_rewritten(const struct ioapic_view *view)
{
	return !view->root || (view->chip->remap && view->chip->remap->rewrites);
}

/* NMI and ExtINT pins belong to the platform, which the root cell drives. */
static bool mode_allowed(const struct ioapic_view *view, u32 mode)
{
	if (mode == APIC_MODE_FIXED || mode == APIC_MODE_LOWEST)
		return true;
	return !is_rewritten(view) && (mode == APIC_MODE_NMI || mode == APIC_MODE_EXTINT);
}

/*
 * The root cell names an entry of the table, in which is what it may do, and none of a cell's.
 * Hardware blocks what names none (VT-d 5.1.4); an emulated unit may let it through.
 */
static u64 effective_root(const struct ioapic_view *view, u64 entry)
{
	const bool allowed = entry & REMAP_PIN && !(entry & APIC_MODE) &&
			     remap_pin_index(entry) < view->chip->remap->root_end;

	return allowed ? entry : entry | APIC_LVT_MASKED;
}

/* What ends a level-triggered interrupt names the vector, which therefore stands here as well. */
static u64 remap_pin_of(const struct ioapic_view *view, unsigned int pin, u64 entry, u32 dest)
{
	const struct ioapic *chip = view->chip;

	chip->remap->set(chip->first + pin, (u16)chip->source, dest,
			 (u32)entry & (APIC_VECTOR | APIC_TRIGGER_LEVEL));
	return (entry & (APIC_VECTOR | APIC_TRIGGER_LEVEL | IOAPIC_LOW_ACTIVE)) |
	       remap_pin(chip->first + pin);
}

/*
 * What the hardware gets for what the owner wrote. A logical destination is an id of the
 * owner's mode, @x2apic, which need not be the hardware's: a cell's becomes a physical one.
 */
static u64 effective_entry(const struct ioapic_view *view, bool x2apic, unsigned int pin,
			   u64 entry)
{
	const struct apic_topology *topo = view->chip->topo;
	const u64 id_end = view->chip->remap ? view->chip->remap->id_end : APIC_DEVICE_ID_END;
	u32 dest = (u32)(entry >> IOAPIC_DEST_SHIFT);
	bool logical = entry & APIC_LOGICAL;

	if (entry & APIC_LVT_MASKED)
		return entry;
	if (names_entries(view))
		return effective_root(view, entry);
	if (!mode_allowed(view, (u32)(entry & APIC_MODE)))
		return entry | APIC_LVT_MASKED;
	if (is_rewritten(view) && apic_vector_reserved((u32)entry))
		return entry | APIC_LVT_MASKED;
	if (!is_rewritten(view) && apic_reaches_only(topo, view->cpus, x2apic, logical, dest))
		return entry;
	if (!apic_route(topo, view->cpus, x2apic, logical, dest, id_end, &dest))
		return entry | APIC_LVT_MASKED;
	if (view->chip->remap)
		return remap_pin_of(view, pin, entry, dest);
	/* One CPU leaves no choice, and not every chip sends lowest priority to a physical id. */
	if ((entry & APIC_MODE) == APIC_MODE_LOWEST)
		entry &= ~(u64)APIC_MODE;
	return (entry & ~(ENTRY_DEST | APIC_LOGICAL)) | (u64)dest << IOAPIC_DEST_SHIFT;
}

/*
 * The two halves of an entry are two writes, between which an interrupt may come. If both
 * change, the pin is masked meanwhile: the new vector must not go to the old destination, or
 * the old one to the new destination. A pin that is masked loses an edge, though, so if one
 * half stays as it is, only the other one is written.
 */
static void program(struct ioapic *chip, unsigned int pin, u64 entry)
{
	u64 old_low = read_half(chip, pin, 0), old_high = read_half(chip, pin, 1);

	if (old_high == entry >> 32) {
		write_half(chip, pin, 0, entry);
		return;
	}
	if (((old_low ^ entry) & ENTRY_LOW_WRITABLE) == 0) {
		write_half(chip, pin, 1, entry);
		return;
	}
	write_half(chip, pin, 0, old_low | APIC_LVT_MASKED);
	write_half(chip, pin, 1, entry);
	write_half(chip, pin, 0, entry);
}

/*
 * Nothing of the old owner stays. A level-triggered interrupt that it never acknowledged
 * would block the pin for the new owner. So it is acknowledged here; a chip without an EOI
 * register forgets it when the pin becomes edge-triggered.
 */
static void clear_pin(struct ioapic *chip, unsigned int pin)
{
	u32 low = read_half(chip, pin, 0);

	write_half(chip, pin, 0, low | APIC_LVT_MASKED);
	if ((low & IOAPIC_REMOTE_IRR) && has_eoi(chip))
		chip->ops->eoi(chip->hw, low & APIC_VECTOR);
	write_half(chip, pin, 0, APIC_LVT_MASKED);
	write_half(chip, pin, 1, 0);
	if (chip->remap)
		chip->remap->clear((u16)chip->source, chip->first + pin, 1);
}

static u32 read_entry(const struct ioapic_view *view, unsigned int pin, unsigned int high)
{
	u64 entry;

	if (!view->root && !owns(view, pin))
		return high ? 0 : APIC_LVT_MASKED;
	entry = *entry_of(view, pin);
	if (high)
		return (u32)(entry >> 32);
	if (owns(view, pin))
		entry |= read_half(view->chip, pin, 0) & ENTRY_READ_ONLY;
	return (u32)entry;
}

static u32 high_writable(const struct ioapic_view *view)
{
	return names_entries(view) ? ENTRY_HIGH_REMAPPED : ENTRY_HIGH_WRITABLE;
}

/* For the root cell, a pin that is away can be prepared for the day when it returns. */
static int write_entry(const struct ioapic_view *view, bool x2apic, unsigned int pin,
		       unsigned int high, u32 value)
{
	u64 *entry = entry_of(view, pin), effective;

	if (high)
		*entry = (u32)*entry | (u64)(value & high_writable(view)) << 32;
	else
		*entry = (*entry >> 32 << 32) | (value & ENTRY_LOW_WRITABLE);
	if (!owns(view, pin))
		return -EPERM;
	effective = effective_entry(view, x2apic, pin, *entry);
	program(view->chip, pin, effective);
	return (effective ^ *entry) & APIC_LVT_MASKED ? -EPERM : 0;
}

static u32 read_data(const struct ioapic_view *view, unsigned int reg)
{
	struct ioapic *chip = view->chip;
	unsigned int pin = (reg - IOAPIC_REG_ENTRY) / 2;

	if (reg == IOAPIC_REG_VERSION)
		return chip->version;
	if (reg == IOAPIC_REG_ID || reg == IOAPIC_REG_ARB)
		return hw_read(chip, reg);
	if (reg < IOAPIC_REG_ENTRY || pin >= chip->num_pins)
		return 0;
	return read_entry(view, pin, reg & 1);
}

static int write_data(struct ioapic_view *view, bool x2apic, unsigned int reg, u32 value)
{
	struct ioapic *chip = view->chip;
	unsigned int pin = (reg - IOAPIC_REG_ENTRY) / 2;
	int err;

	if (reg >= IOAPIC_REG_ENTRY && pin < chip->num_pins) {
		if (!view->root && !owns(view, pin))
			return -EPERM;
		ticket_lock(&view->lock);
		err = write_entry(view, x2apic, pin, reg & 1, value);
		ticket_unlock(&view->lock);
		return err;
	}
	if (reg != IOAPIC_REG_ID)
		return 0;
	if (!view->root)
		return -EPERM;
	hw_write(chip, reg, value);
	return 0;
}

/* An EOI is for all pins with a vector: a cell needs to have one. */
static bool has_level_vector(const struct ioapic_view *view, u32 vector)
{
	unsigned int pin;

	for (pin = 0; pin < view->chip->num_pins; pin++) {
		u64 entry = view->chip->cell_entry[pin];

		if (owns(view, pin) && (entry & APIC_TRIGGER_LEVEL) &&
		    (entry & APIC_VECTOR) == vector)
			return true;
	}
	return false;
}

static int write_eoi(const struct ioapic_view *view, u32 vector)
{
	if (!has_eoi(view->chip))
		return 0;
	if (!view->root && !has_level_vector(view, vector))
		return -EPERM;
	view->chip->ops->eoi(view->chip->hw, vector);
	return 0;
}

static int read_register(struct ioapic_view *view, u64 offset, struct mmio_access *access)
{
	const u8 select = __atomic_load_n(&view->select, __ATOMIC_RELAXED);

	access->value = 0;
	if (offset == IOAPIC_REGSEL)
		access->value = select;
	else if (offset == IOAPIC_DATA && access->width == 4)
		access->value = read_data(view, select);
	return 0;
}

static int write_register(struct ioapic_view *view, bool x2apic, u64 offset,
			  const struct mmio_access *access)
{
	const u8 select = __atomic_load_n(&view->select, __ATOMIC_RELAXED);

	if (offset == IOAPIC_REGSEL)
		__atomic_store_n(&view->select, (u8)access->value, __ATOMIC_RELAXED);
	else if (offset == IOAPIC_DATA && access->width == 4)
		return write_data(view, x2apic, select, (u32)access->value);
	else if (offset == IOAPIC_EOI && access->width == 4)
		return write_eoi(view, access->value & APIC_VECTOR);
	return 0;
}

int ioapic_access(struct ioapic_view *view, bool x2apic, struct mmio_access *access)
{
	u64 offset = access->gpa - view->chip->address;

	if (access->is_write)
		return write_register(view, x2apic, offset, access);
	return read_register(view, offset, access);
}

int ioapic_init(struct ioapic *chip, u64 address, const struct ioapic_ops *ops, void *hw,
		const struct apic_topology *topo, const struct cpu_set *root_cpus, bool x2apic)
{
	unsigned int pin;

	memset(chip, 0, sizeof(*chip));
	chip->address = address;
	chip->ops = ops;
	chip->hw = hw;
	chip->topo = topo;
	chip->x2apic = x2apic;
	chip->root = (struct ioapic_view) {
		.chip = chip, .cpus = root_cpus, .root = true,
	};
	chip->version = ops->read(hw, IOAPIC_REG_VERSION);
	chip->num_pins = (chip->version >> 16 & 0xff) + 1;
	if (chip->num_pins > IOAPIC_MAX_PINS)
		return -ENODEV;
	for (pin = 0; pin < chip->num_pins; pin++)
		chip->root_entry[pin] = (read_half(chip, pin, 0) & ENTRY_LOW_WRITABLE) |
			(u64)(read_half(chip, pin, 1) & ENTRY_HIGH_WRITABLE) << 32;
	return 0;
}

int ioapic_remap(struct ioapic *chip, const struct remap *remap, u32 source)
{
	int first = remap->take(source, chip->num_pins);
	unsigned int pin;
	u64 *entry;

	if (first < 0)
		return first;
	chip->first = (unsigned int)first;
	chip->remap = remap;
	chip->source = source;
	for (pin = 0; pin < chip->num_pins; pin++) {
		entry = &chip->root_entry[pin];
		if (!remap->rewrites)
			*entry = (u32)*entry |
				 (u64)(read_half(chip, pin, 1) & ENTRY_HIGH_REMAPPED) << 32;
		else if (!(*entry & APIC_LVT_MASKED) &&
			 !mode_allowed(&chip->root, (u32)(*entry & APIC_MODE)))
			return -EOPNOTSUPP;
	}
	return 0;
}

/* Bit N of the configuration stands for this pin; false: not in it, or not on the chip. */
static bool configured(const struct ioapic *chip, const struct jailhouse_irqchip *config,
		       unsigned int n, u64 *pin)
{
	*pin = (u64)config->pin_base + n;
	return (config->pin_bitmap[n / 32] >> (n % 32) & 1) && *pin < chip->num_pins;
}

void ioapic_grant(struct ioapic_view *view, const struct jailhouse_irqchip *config)
{
	unsigned int n;
	u64 pin;

	for (n = 0; n < 32 * ARRAY_SIZE(config->pin_bitmap); n++)
		if (configured(view->chip, config, n, &pin))
			view->pins[pin / 64] |= BIT_ULL(pin % 64);
}

static struct ioapic_view *find_view(struct ioapic_cell *cell, const struct ioapic *chip)
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		if (cell->views[i].chip == chip)
			return &cell->views[i];
	return NULL;
}

int ioapic_cell_add(struct ioapic_cell *cell, struct ioapic *chip,
		    const struct jailhouse_irqchip *config, const struct cpu_set *cpus)
{
	struct ioapic_view *view = find_view(cell, chip);
	unsigned int n;
	u64 pin;

	if (chip->remap && chip->source == REMAP_NO_SOURCE)
		return -ENXIO;
	for (n = 0; n < 32 * ARRAY_SIZE(config->pin_bitmap); n++)
		if (configured(chip, config, n, &pin) && !owns(&chip->root, (unsigned int)pin))
			return -EBUSY;
	if (!view) {
		if (cell->count == IOAPIC_MAX_CHIPS)
			return -ENOSPC;
		view = &cell->views[cell->count++];
		*view = (struct ioapic_view) { .chip = chip, .cpus = cpus };
	}
	ioapic_grant(view, config);
	return 0;
}

static void take_pins(struct ioapic_view *view)
{
	struct ioapic *chip = view->chip;
	unsigned int pin;

	for (pin = 0; pin < chip->num_pins; pin++) {
		if (!owns(view, pin))
			continue;
		chip->root.pins[pin / 64] &= ~BIT_ULL(pin % 64);
		chip->cell_entry[pin] = APIC_LVT_MASKED;
		clear_pin(chip, pin);
	}
}

static void return_pins(struct ioapic_view *view)
{
	struct ioapic *chip = view->chip;
	unsigned int pin;
	u64 entry;

	for (pin = 0; pin < chip->num_pins; pin++) {
		if (!owns(view, pin))
			continue;
		clear_pin(chip, pin);
		chip->root.pins[pin / 64] |= BIT_ULL(pin % 64);
		entry = chip->root_entry[pin];
		program(chip, pin, effective_entry(&chip->root, chip->x2apic, pin, entry));
	}
}

void ioapic_cell_take(struct ioapic_cell *cell)
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		take_pins(&cell->views[i]);
}

void ioapic_cell_return(struct ioapic_cell *cell)
{
	unsigned int i;

	for (i = 0; i < cell->count; i++)
		return_pins(&cell->views[i]);
}

void ioapic_view_refresh(const struct ioapic_view *view)
{
	struct ioapic *chip = view->chip;
	unsigned int pin;

	for (pin = 0; pin < chip->num_pins; pin++) {
		u64 entry = *entry_of(view, pin);

		if (owns(view, pin) && !(entry & APIC_LVT_MASKED) &&
		    mode_allowed(view, entry & APIC_MODE))
			program(chip, pin, effective_entry(view, chip->x2apic, pin, entry));
	}
}

void ioapic_refresh(struct ioapic *chip)
{
	ioapic_view_refresh(&chip->root);
}

/* A pin is masked while both halves of its entry change, and an edge meanwhile would be lost. */
void ioapic_rewrite(struct ioapic *chip, const struct remap *remap,
		    void (*send)(u32 low, u32 dest))
{
	unsigned int pin;
	u64 entry;
	u32 dest;

	chip->remap = remap;
	ioapic_refresh(chip);
	for (pin = 0; pin < chip->num_pins; pin++) {
		entry = chip->root_entry[pin];
		if (owns(&chip->root, pin) && !(entry & (APIC_LVT_MASKED | APIC_TRIGGER_LEVEL)) &&
		    apic_route(chip->topo, chip->root.cpus, chip->x2apic, entry & APIC_LOGICAL,
			       (u32)(entry >> IOAPIC_DEST_SHIFT), APIC_DEVICE_ID_END, &dest))
			send((u32)(entry & APIC_VECTOR) | APIC_LEVEL_ASSERT, dest);
	}
}
