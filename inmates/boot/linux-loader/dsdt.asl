/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a cell's Linux can ask of its machine: to power off, and where the serial port and the
 * network devices are; and what it is asked: to shut down, as by a button.
 * What differs between cells is in struct acpi_facts, which the loader fills in.
 */
DefinitionBlock ("dsdt.aml", "DSDT", 2, "JHCELL", "LINUX", 1)
{
	OperationRegion (FACT, SystemMemory, 0xe0000, 48)
	Field (FACT, AnyAcc, NoLock, Preserve)
	{
		STAT, 64,	/* address of cell_state in the communication region */
		PORT, 16,	/* first port of an 8250, 0: there is none */
		PIN, 16,	/* its pin, 137 of a virtual one, 0: it interrupts nobody */
		SLPC, 8,	/* the sleep registers */
		SLPS, 8,
		MSGS, 8,	/* 1: pin 128 interrupts for a message */
		, 8,
		LKA0, 32,	/* registers of links, 0: there is none; their pins are 129 and so on */
		LKA1, 32,
		LKA2, 32,
		LKA3, 32,
		LKA4, 32,
		LKA5, 32,
		LKA6, 32,
		LKA7, 32
	}

	/* There is one sleep state: off. */
	Name (\_S5, Package () { 5, 0, 0, 0 })

	/* Nobody signals it. */
	Event (NEVR)

	/*
	 * "Shut down" in cell_state: the hypervisor parks the CPUs when it sees that. Until then
	 * Linux waits here, as it takes it that no power-off returns. Its devices are off already.
	 */
	Method (\_PTS, 1, Serialized)
	{
		OperationRegion (COMM, SystemMemory, STAT, 4)
		Field (COMM, DWordAcc, NoLock, Preserve) { CELL, 32 }
		If (Arg0 == 5)
		{
			CELL = 2
			Wait (NEVR, 0xffff)
		}
	}

	Scope (\_SB)
	{
		/* _STA of what is there if the loader says anything of it. */
		Method (HAVE, 1)
		{
			If (Arg0 == 0)
			{
				Return (0)
			}
			Return (0x0f)
		}

		Device (PWRB)
		{
			Name (_HID, EisaId ("PNP0C0C"))

			Method (_STA) { Return (HAVE (MSGS)) }
		}

		/*
		 * A request to shut down is a press of the button. It stays there, as a yes would
		 * end the cell at once: Linux answers by its state. Other messages it has
		 * received.
		 */
		Device (GED0)
		{
			Name (_HID, "ACPI0013")
			Name (_CRS, ResourceTemplate ()
			{
				Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 128 }
			})

			Method (_STA) { Return (HAVE (MSGS)) }

			Method (_EVT, 1, Serialized)
			{
				OperationRegion (COMM, SystemMemory, STAT, 12)
				Field (COMM, DWordAcc, NoLock, Preserve)
				{
					CELL, 32,
					ASKD, 32,	/* msg_to_cell */
					RPLY, 32	/* msg_from_cell */
				}
				Local0 = ASKD
				If (Local0 == 1)
				{
					Notify (PWRB, 0x80)
				}
				ElseIf (Local0 != 0)
				{
					RPLY = 4
					ASKD = 0
				}
			}
		}

		Device (COM1)
		{
			Name (_HID, EisaId ("PNP0501"))
			Name (_UID, 1)
			Name (POLL, ResourceTemplate ()
			{
				IO (Decode16, 0, 0, 1, 8, IO0)
			})
			Name (INTR, ResourceTemplate ()
			{
				IO (Decode16, 0, 0, 1, 8, IO1)
				Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive, , , IRQ1) { 1 }
			})

			Method (_STA) { Return (HAVE (PORT)) }

			Method (_CRS, 0, Serialized)
			{
				CreateWordField (POLL, \_SB.COM1.IO0._MIN, MIN0)
				CreateWordField (POLL, \_SB.COM1.IO0._MAX, MAX0)
				CreateWordField (INTR, \_SB.COM1.IO1._MIN, MIN1)
				CreateWordField (INTR, \_SB.COM1.IO1._MAX, MAX1)
				CreateDWordField (INTR, \_SB.COM1.IRQ1._INT, INT1)

				If (PIN == 0)
				{
					MIN0 = PORT
					MAX0 = PORT
					Return (POLL)
				}
				MIN1 = PORT
				MAX1 = PORT
				INT1 = PIN
				Return (INTR)
			}
		}

		/* The end of a link: a network device of virtio, with registers in memory. */
		Method (LCRS, 2, Serialized)
		{
			Name (LBUF, ResourceTemplate ()
			{
				Memory32Fixed (ReadWrite, 0, 0x200, REGS)
				Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive, , , IRQL) { 1 }
			})
			CreateDWordField (LBUF, REGS._BAS, BASE)
			CreateDWordField (LBUF, IRQL._INT, INTL)

			BASE = Arg0
			INTL = Arg1
			Return (LBUF)
		}

#define LINK(device, number, address, pin)				\
		Device (device)						\
		{							\
			Name (_HID, "LNRO0005")				\
			Name (_UID, number)				\
			Method (_STA) { Return (HAVE (address)) }	\
			Method (_CRS) { Return (LCRS (address, pin)) }	\
		}

		LINK (LNK0, 0, LKA0, 129)
		LINK (LNK1, 1, LKA1, 130)
		LINK (LNK2, 2, LKA2, 131)
		LINK (LNK3, 3, LKA3, 132)
		LINK (LNK4, 4, LKA4, 133)
		LINK (LNK5, 5, LKA5, 134)
		LINK (LNK6, 6, LKA6, 135)
		LINK (LNK7, 7, LKA7, 136)
	}
}
