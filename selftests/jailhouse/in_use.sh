#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Ports, device registers and interrupt pins that a driver of Linux uses are not taken
# from it, unless the cell's configuration says so; those that are taken are the cell's
# in /proc/ioports and /proc/iomem.

. ./lib.sh
begin
need_cpus 4

tiny=$C/tiny-demo
drivers=/sys/bus/pnp/drivers/serial
com1=

prepare()
{
	hv_enable && new_cell tiny-demo && mkdir "$C/hostile" &&
		cat /proc/iomem /proc/ioports >"$tmp/before"
}

as_before()
{
	cat /proc/iomem /proc/ioports >"$tmp/now"
	cmp -s "$tmp/before" "$tmp/now" ||
		wrong "resources changed: $(diff "$tmp/before" "$tmp/now")"
	all_online
}

# taken WORD EDIT...: refused, naming who has it; the cell's configuration with EDITs.
taken()
{
	word=$1
	shift
	./patchcell "$cells/tiny-demo.cell" "$tmp/taken.cell" "$@" &&
		copy "$tmp/taken.cell" "$tiny/config" &&
		refused EADDRINUSE "$tiny" "$word" write "$tiny/state" create && as_before
}

pin_in_use()
{
	./patchcell hostile.cell "$tmp/taken.cell" irq0.pins=0x200 &&
		copy "$tmp/taken.cell" "$C/hostile/config" &&
		refused EADDRINUSE "$C/hostile" "pin 9 of the interrupt chip" \
			write "$C/hostile/state" create && as_before
}

free_pin()
{
	copy hostile.cell "$C/hostile/config" && put "$C/hostile/state" create &&
		put "$C/hostile/enabled" 0 && rmdir "$C/hostile" && as_before
}

# created EDIT...: and destroyed again, what is said of it in between is in $tmp/during.
created()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/taken.cell" "$@" &&
		copy "$tmp/taken.cell" "$tiny/config" && put "$tiny/state" create &&
		cat /proc/iomem /proc/ioports >"$tmp/during" && put "$tiny/enabled" 0
}

nevertheless()
{
	created pio0.base=0x3f8 pio0.flags=0 flags=0x10 && as_before || return
	! grep "03f8-03ff : Jailhouse" "$tmp/during" || wrong "it was taken from its driver"
}

# The one with the port 0x3f8, in $com1.
find_com1()
{
	for com1 in "$drivers"/*:*; do
		if grep -q 0x3f8- "$com1/resources"; then
			com1=${com1##*/}
			return
		fi
	done
	skip "COM1 has no driver that could let it go"
	com1=
}

unbound()
{
	find_com1
	[ -n "$com1" ] || return 0
	echo "$com1" >"$drivers/unbind"
	created pio0.base=0x3f8 pio0.flags=0 || return
	grep -q "03f8-03ff : Jailhouse cell tiny-demo" "$tmp/during" ||
		wrong "/proc/ioports does not show the cell: $(cat "$tmp/during")"
	! grep "Jailhouse cell" /proc/ioports /proc/iomem ||
		wrong "a destroyed cell is still there"
	echo "$com1" >"$drivers/bind" && as_before
}

# A range that is larger than what lies in it, and the PM timer, which is everybody's.
around()
{
	created pio0.base=0xc000 pio0.length=0x100 pio0.flags=0 && as_before || return
	[ "$(grep -c "Jailhouse cell tiny-demo" "$tmp/during")" -ge 3 ] ||
		wrong "not all of it was requested: $(cat "$tmp/during")"
	find_pm_timer && created pio0.base="$pm_timer" pio0.length=4 pio0.flags=0 && as_before
}

ends()
{
	rmdir "$tiny" && hv_disable && all_online
}

cases()
{
	t "enabled" prepare
	t "ports of a driver" taken "port region 0 (0x2f8-0x2ff) is in use by serial (see /proc/ioports)" pio0.flags=0
	t "a range that has some of them" taken "in use by" pio0.base=0x60 pio0.length=5 pio0.flags=0
	t "registers of a device that Linux uses" taken "memory region 1 (0xfed00000-0xfed01000) is in use by HPET 0 (see /proc/iomem)" \
		mem1.phys=0xfed00000 mem1.virt=0xfed00000 mem1.flags=0x13
	t "a pin with a handler" pin_in_use
	t "a pin without one" free_pin
	t "a configuration that says so gets them" nevertheless
	t "ports that their driver has let go" unbound
	t "around a smaller resource, and with the PM timer" around
	t "disabled" ends
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
