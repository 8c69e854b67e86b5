# SPDX-License-Identifier: GPL-2.0-only
# What cells have: a line for each thing, ORDER ADDRESS WHAT RANGE CELL REMARK with tabs between
# them, of which the first two are there to be sorted by. Reads "cell NAME cpus LIST", and
# configurations as bytes in decimal (cell_config.h), behind a line "cell NAME" or "system NAME".
# Numbers are floating point here, exact up to 2^53: no address is longer.

function number(at, bytes,    value)
{
	for (value = 0; bytes--; )
		value = value * 256 + byte[at + bytes]
	return value
}

function hex(value,    digits)
{
	do {
		digits = substr("0123456789abcdef", value % 16 + 1, 1) digits
		value = int(value / 16)
	} while (value)
	return digits
}

function has(flags, bit)
{
	return int(flags / bit) % 2
}

function row(order, address, what, range, remark)
{
	printf "%d\t%16s\t%s\t%s\t%s\t%s\n", order, hex(address), what, range, cell, remark
}

function range(start, size)
{
	return "0x" hex(start) "-0x" hex(start + size - 1)
}

function amount(size)
{
	if (size % 1048576 == 0)
		return size / 1048576 " MiB"
	return size / 1024 " KiB"
}

# Where the cell sees it, and what it may do with it. The communication page is the
# hypervisor's.
function memory(at,    flags, letters)
{
	flags = number(at + 24, 8)
	if (has(flags, 32))
		return
	letters = (has(flags, 1) ? "r" : "-") (has(flags, 2) ? "w" : "-") (has(flags, 4) ? "x" : "-")
	row(2, number(at, 8), has(flags, 16) ? "registers" : "RAM",
	    range(number(at, 8), number(at + 16, 8)),
	    amount(number(at + 16, 8)) ", at 0x" hex(number(at + 8, 8)) ", " letters \
	    (has(flags, 128) ? ", shared" : ""))
}

function pins(at,    pin, bit)
{
	for (pin = 0; pin < 128; pin++) {
		bit = pin % 8 ? bit * 2 : 1
		if (has(byte[at + 16 + int(pin / 8)], bit))
			row(4, number(at, 8) * 128 + pin, "pin", number(at + 12, 4) + pin,
			    "of the I/O APIC at 0x" hex(number(at, 8)))
	}
}

function ports(at,    flags)
{
	flags = number(at + 2, 2)
	if (!has(flags, 2))
		row(3, number(at, 2), "ports", range(number(at, 2), number(at + 4, 4)),
		    has(flags, 1) ? "shared" : "")
}

function device(at,    bdf)
{
	bdf = number(at + 4, 2)
	row(5, number(at + 2, 2) * 65536 + bdf, "PCI", sprintf("%04x:%02x:%02x.%d", number(at + 2, 2),
	    int(bdf / 256), int(bdf / 8) % 32, bdf % 8), "")
}

# A link has another end, perhaps, of which is known when all configurations are read.
function link(at, owner,    i)
{
	link_at[links] = number(at, 8)
	link_id[links] = number(at + 8, 4)
	for (i = 0; i < 6; i++)
		link_mac[links] = link_mac[links] (i ? ":" : "") sprintf("%02x", byte[at + 12 + i])
	link_owner[links++] = owner
}

# The last list of the description at "desc"; before it are those of CPUs, memory, chips, ports
# and devices.
function all_links(desc, owner,    at, i)
{
	at = desc + 120 + number(desc + 56, 4) + number(desc + 60, 4) * 32 + \
	     number(desc + 64, 4) * 32 + number(desc + 68, 4) * 8 + number(desc + 72, 4) * 40
	for (i = number(desc + 76, 2); i; i--) {
		link(at, owner)
		at += 24
	}
}

function print_links(    i, other, peer)
{
	for (i = 0; i < links; i++) {
		peer = "nobody yet"
		for (other = 0; other < links; other++)
			if (other != i && link_id[other] == link_id[i])
				peer = link_owner[other]
		cell = link_owner[i]
		row(6, link_id[i], "link", link_mac[i], "with " peer ", at 0x" hex(link_at[i]))
	}
}

# Lists follow the description in this order: CPUs, memory, chips, ports, devices, links.
function configuration(    at, i)
{
	at = 120 + number(56, 4)
	for (i = number(60, 4); i; i--) {
		memory(at)
		at += 32
	}
	for (i = number(64, 4); i; i--) {
		pins(at)
		at += 32
	}
	for (i = number(68, 4); i; i--) {
		ports(at)
		at += 8
	}
	for (i = number(72, 4); i; i--) {
		device(at)
		at += 40
	}
}

function finish()
{
	if (kind == "cell" && length_of) {
		configuration()
		all_links(0, cell)
	}
	if (kind == "system" && length_of) {
		row(2, number(24, 8), "RAM", range(number(24, 8), number(40, 8)), amount(number(40, 8)))
		all_links(232, "root")
	}
	length_of = 0
}

BEGIN { links = 0 }

$1 == "failed" { exit 1 }

$1 == "cell" || $1 == "system" {
	finish()
	kind = $1
	cell = $2
	if ($3 == "cpus")
		row(1, $4 + 0, "CPU", $4, "")
	next
}

{
	for (field = 1; field <= NF; field++)
		byte[length_of++] = $field
}

END {
	finish()
	print_links()
}
