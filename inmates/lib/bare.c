// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inmate as the firmware of a bare 440FX/PIIX4 PC, which is what Bochs and QEMU's
 * "pc" are: the same program can be measured with and without a hypervisor.
 */
#include "inmate.h"

#define PCI_CONFIG_ADDRESS	0xcf8
#define PCI_CONFIG_DATA		0xcfc
#define PCI_ENABLE		0x80000000

/* Function 3 of device 1: power management of the PIIX4 (datasheet 7.2). */
#define PIIX4_PM		(PCI_ENABLE | 1 << 11 | 3 << 8)
#define PIIX4_PM_ID		0x71138086
#define PIIX4_PM_BASE		0x40
#define PIIX4_PM_ENABLE		0x80

/* Where the firmware of these machines puts it as well. */
#define PM_BASE			0xb000
#define PM_TIMER		(PM_BASE + 8)

static u32 pm_config_read(u8 reg)
{
	out32(PCI_CONFIG_ADDRESS, PIIX4_PM | reg);
	return in32(PCI_CONFIG_DATA);
}

static void pm_config_write(u8 reg, u32 value)
{
	out32(PCI_CONFIG_ADDRESS, PIIX4_PM | reg);
	out32(PCI_CONFIG_DATA, value);
}

static u16 pm_timer_enable(void)
{
	if (pm_config_read(0) != PIIX4_PM_ID)
		return 0;
	pm_config_write(PIIX4_PM_BASE, PM_BASE | 1);
	pm_config_write(PIIX4_PM_ENABLE, pm_config_read(PIIX4_PM_ENABLE) | 1);
	return PM_TIMER;
}

/**
 * bare_machine_init() - describe the machine as the hypervisor would
 * @region: receives the description
 */
void bare_machine_init(struct jailhouse_comm_region *region)
{
	region->revision = JAILHOUSE_COMM_REVISION;
	region->console.type = JAILHOUSE_CON_TYPE_8250;
	region->console.address = bare_console_port;
	region->console.divider = 1;
	region->pm_timer_address = pm_timer_enable();
	region->num_cpus = 1;
}
