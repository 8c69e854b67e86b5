/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine with PCI functions that send interrupts as messages. */
#ifndef SELFTESTS_UNIT_SENDERS_H
#define SELFTESTS_UNIT_SENDERS_H

#include "unit.h"

#include <linux/acpi.h>
#include <linux/pci.h>

#include "../../driver/messages.h"
#include "../../driver/reason.h"

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>

extern struct reason why;
extern struct jailhouse_system machine_config;
extern struct jailhouse_boot boot;

#define HPET		0xfed00000ULL
#define TABLES		0xfe000000ULL
#define SENDS		(BIT(2) | BIT(14))
#define NUM_FUNCTIONS	(JAILHOUSE_BOOT_FUNCTIONS + 1)

/* Functions of bus 0, how many there are, and entries of their MSI-X tables. Another segment. */
extern struct pci_bus bus, segment;
extern struct pci_dev functions[NUM_FUNCTIONS];
extern unsigned int num_functions, vectors[NUM_FUNCTIONS];

/* Tables of ACPI's, mappings and functions that are held. */
extern unsigned int tables_held, maps_held;
extern int held;

/* The HPET: there is none while the length of its table is 0. */
extern struct acpi_table_hpet hpet;
extern u32 registers[0x400 / 4];

/* Units could remap interrupts; nothing can be mapped; who cannot be woken. */
extern bool can_rewrite, no_room;
extern struct pci_dev *cannot_wake;

/* What an IVRS names; which function the third one is, and whether a unit is for the second one. */
extern u16 named[JAILHOUSE_BOOT_PASSING + 1];
extern unsigned int num_named;
extern u16 third_is;
extern bool second_is_outside;

/* The APIC id of an I/O APIC that it lacks, or -1. */
extern int lacking;

/* Intel's units could remap interrupts, and there are @count functions with an MSI each. */
void begin(unsigned int count);

/* Function @n has @count entries in an MSI-X table. */
void give_table(unsigned int n, unsigned int count);

/* There is a HPET, and no function. */
void begin_hpet(u32 last_timer);

/* Return: what jh_check_messages() says; nothing is held then. */
int check(void);

/* It refuses, with that reason. */
void refused(const char *text);

#endif
