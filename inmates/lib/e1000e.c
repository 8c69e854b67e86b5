// SPDX-License-Identifier: GPL-2.0-only
/*
 * A network card, Intel's 82574L (its datasheet, chapters 4, 7 and 10): one queue each way, an
 * interrupt by MSI-X for what arrives. What is sent, nobody is interrupted for.
 */
#include "e1000e.h"

#define REG_CTRL	0x0000
#define REG_STATUS	0x0008
#define REG_ICR		0x00c0
#define REG_IMS		0x00d0
#define REG_IMC		0x00d8
#define REG_IVAR	0x00e4
#define REG_RCTL	0x0100
#define REG_TCTL	0x0400
#define REG_TIPG	0x0410
/* Of both rings: address in two halves, bytes, head, tail. */
#define REG_RX_RING	0x2800
#define REG_TX_RING	0x3800
#define RING_LOW	0x00
#define RING_HIGH	0x04
#define RING_BYTES	0x08
#define RING_HEAD	0x10
#define RING_TAIL	0x18
#define REG_TXDCTL	0x3828
#define REG_MULTICAST	0x5200
#define MULTICAST_WORDS	128
#define REG_MAC_LOW	0x5400
#define REG_MAC_HIGH	0x5404
#define REGISTERS_SIZE	0x20000

#define CTRL_LINK_UP	0x00000040U
#define CTRL_RESET	0x04000000U
#define STATUS_LINK_UP	0x00000002U
#define CAUSE_RX	0x00100000U
/* Its interrupts have entry 0 of the table. */
#define IVAR_RX		0x00000008U
/* Frames to its address and to all, without the bytes of their checksums. */
#define RCTL_ON		0x04008002U
#define RCTL_LOOP	0x00000040U
/* Short ones are padded; the fields for half duplex are what the datasheet says (10.2.6.1). */
#define TCTL_ON		0x0003f0faU
/* As the datasheet says: 10.2.6.2, and bit 22 of 10.2.6.12. */
#define TIPG_USUAL	0x00602008U
#define TXDCTL_ON	0x01400000U

/* End of the frame; the card adds its checksum, and says when it is sent. */
#define TX_COMMAND	0x0b
#define DESC_DONE	0x01

#define RESET_NS	(2 * NS_PER_MS)

static u32 get(const struct e1000e *nic, u32 reg)
{
	return nic->registers[reg / 4];
}

static void set(const struct e1000e *nic, u32 reg, u32 value)
{
	nic->registers[reg / 4] = value;
}

/* What the card sees of a ring has to be there before it is told. */
static void compiler_barrier(void)
{
	asm volatile("" : : : "memory");
}

/* It forgets all but its address, which is in its EEPROM. */
static void reset(struct e1000e *nic)
{
	u32 low, high, n;

	set(nic, REG_IMC, ~0U);
	set(nic, REG_CTRL, CTRL_RESET);
	delay_ns(RESET_NS);
	set(nic, REG_IMC, ~0U);
	set(nic, REG_ICR, ~0U);
	low = get(nic, REG_MAC_LOW);
	high = get(nic, REG_MAC_HIGH);
	memcpy(nic->mac, &low, 4);
	memcpy(nic->mac + 4, &high, 2);
	for (n = 0; n < MULTICAST_WORDS; n++)
		set(nic, REG_MULTICAST + 4 * n, 0);
	set(nic, REG_CTRL, get(nic, REG_CTRL) | CTRL_LINK_UP);
}

static void start_ring(const struct e1000e *nic, u32 ring, const struct e1000e_desc *desc)
{
	set(nic, ring + RING_LOW, (u32)(u64)desc);
	set(nic, ring + RING_HIGH, (u32)((u64)desc >> 32));
	set(nic, ring + RING_BYTES, E1000E_ENTRIES * sizeof(*desc));
	set(nic, ring + RING_HEAD, 0);
	set(nic, ring + RING_TAIL, 0);
}

static void start_rings(struct e1000e *nic)
{
	struct e1000e_memory *memory = nic->memory;
	u32 n;

	memset(memory->rx, 0, sizeof(memory->rx));
	memset(memory->tx, 0, sizeof(memory->tx));
	for (n = 0; n < E1000E_ENTRIES; n++) {
		memory->rx[n].address = (u64)memory->rx_buffers[n];
		memory->tx[n].address = (u64)memory->tx_buffers[n];
		/* Not used yet: free. */
		memory->tx[n].status = DESC_DONE;
	}
	nic->next_rx = 0;
	nic->next_tx = 0;
	compiler_barrier();
	start_ring(nic, REG_RX_RING, memory->rx);
	start_ring(nic, REG_TX_RING, memory->tx);
	set(nic, REG_TXDCTL, TXDCTL_ON);
	set(nic, REG_TIPG, TIPG_USUAL);
	set(nic, REG_TCTL, TCTL_ON);
	set(nic, REG_RCTL, RCTL_ON);
	/* The last one stays free: a tail that is the head means that there is none. */
	set(nic, REG_RX_RING + RING_TAIL, E1000E_ENTRIES - 1);
}

/**
 * e1000e_open() - have a card receive and send
 * @nic: receives what is to be known of it
 * @bdf: the function
 * @memory: what it may use, where it finds it
 * @vector: of the interrupt on this CPU that tells of frames; masked: see e1000e_unmask()
 *
 * Takes some milliseconds; apic_init() goes before.
 *
 * Return: false if the function has no MSI-X.
 */
bool e1000e_open(struct e1000e *nic, u32 bdf, struct e1000e_memory *memory, u8 vector)
{
	const u64 gpa = pci_bar(bdf, 0);
	volatile u32 *table;

	map_range(gpa, REGISTERS_SIZE);
	nic->registers = (volatile u32 *)gpa;
	nic->memory = memory;
	pci_command(bdf, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	table = pci_msix_table(bdf);
	if (!table)
		return false;
	reset(nic);
	pci_msix_enable(bdf);
	pci_msix_set(table, 0, apic_id(), vector);
	set(nic, REG_IVAR, IVAR_RX);
	start_rings(nic);
	return true;
}

/** e1000e_loop() - does what is sent come back from the card itself, and nothing else? */
void e1000e_loop(const struct e1000e *nic, bool on)
{
	set(nic, REG_RCTL, on ? RCTL_ON | RCTL_LOOP : RCTL_ON);
}

/** e1000e_link_up() - is there somebody at the other end of the cable? */
bool e1000e_link_up(const struct e1000e *nic)
{
	return get(nic, REG_STATUS) & STATUS_LINK_UP;
}

/** e1000e_mask() - no interrupts until e1000e_unmask(); for the handler of one */
void e1000e_mask(const struct e1000e *nic)
{
	set(nic, REG_IMC, CAUSE_RX);
}

/**
 * e1000e_unmask() - interrupt for frames that arrive from now on
 * @nic: the card
 *
 * Look for frames once more behind it: what came before does not interrupt.
 */
void e1000e_unmask(const struct e1000e *nic)
{
	set(nic, REG_ICR, CAUSE_RX);
	set(nic, REG_IMS, CAUSE_RX);
}

/**
 * e1000e_receive() - look for a frame
 * @nic: the card
 * @length: receives its bytes, at least 1
 *
 * Return: the frame, which stays there until e1000e_receive_done(); NULL if there is none.
 */
const u8 *e1000e_receive(const struct e1000e *nic, size_t *length)
{
	const volatile struct e1000e_desc *desc = &nic->memory->rx[nic->next_rx];

	if (!(desc->status & DESC_DONE))
		return NULL;
	compiler_barrier();
	/* A device writes it: no length that is longer than its buffer is believed. */
	*length = MIN((size_t)desc->length, (size_t)E1000E_BUFFER);
	return nic->memory->rx_buffers[nic->next_rx];
}

/** e1000e_receive_done() - the card may use the place of the last frame for another one */
void e1000e_receive_done(struct e1000e *nic)
{
	nic->memory->rx[nic->next_rx].status = 0;
	compiler_barrier();
	/* So the entry before it, which is free as well, is the last one that the card uses. */
	set(nic, REG_RX_RING + RING_TAIL, nic->next_rx);
	nic->next_rx = (nic->next_rx + 1) % E1000E_ENTRIES;
}

/**
 * e1000e_send_begin() - where the next frame goes
 * @nic: the card
 *
 * Return: E1000E_BUFFER bytes for it; NULL while the card has not sent enough of those before.
 */
u8 *e1000e_send_begin(const struct e1000e *nic)
{
	const u32 next = (nic->next_tx + 1) % E1000E_ENTRIES;
	const volatile struct e1000e_desc *desc = nic->memory->tx;

	if (!(desc[nic->next_tx].status & desc[next].status & DESC_DONE))
		return NULL;
	return nic->memory->tx_buffers[nic->next_tx];
}

/**
 * e1000e_send() - send the frame that lies where e1000e_send_begin() said
 * @nic: the card
 * @length: its bytes, at most E1000E_FRAME_MAX
 */
void e1000e_send(struct e1000e *nic, size_t length)
{
	struct e1000e_desc *desc = &nic->memory->tx[nic->next_tx];

	desc->length = (u16)length;
	desc->command = TX_COMMAND;
	desc->status = 0;
	compiler_barrier();
	nic->next_tx = (nic->next_tx + 1) % E1000E_ENTRIES;
	set(nic, REG_TX_RING + RING_TAIL, nic->next_tx);
}
