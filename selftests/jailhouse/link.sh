#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Two cells that a link connects: frames cross, whatever one of them tried before. Then a cell
# and the root cell, where Linux's own driver has the other end.

. ./lib.sh
begin
need_cpus 4

[ -e linked.cell ] || ktap_skip_all "run make first"

one=$C/linked
two=$C/linked2

# ends CELL: the inmate has said so.
ends()
{
	wait_is "$1/state" "shut down"
}

# The second cell is where apic-demo has its own.
make_cells()
{
	./patchcell linked.cell "$tmp/linked2.cell" name=linked2 cpus=4 mem0.phys=0x3bf00000 \
		lnk0.mac=0x020000000002 || return
	hv_enable && new_cell linked linked.cell "$inmates/link.bin" &&
		new_cell linked2 "$tmp/linked2.cell" "$inmates/link.bin" &&
		put "$one/enabled" 1 && put "$two/enabled" 1
}

frames_cross()
{
	ends "$one" && ends "$two" && reported link 2 && is "$one/error" "" && is "$two/error" ""
}

# The device begins anew with its cell; the other end only saw the link go down.
once_more()
{
	put "$one/state" start && put "$two/state" start && ends "$one" && ends "$two" &&
		reported link 4
}

# with_arguments CELL ARGUMENTS: at the next start
with_arguments()
{
	[ -e "$1/images/arguments" ] || mkdir "$1/images/arguments" || return
	echo "$2" >"$1/images/arguments/data"
	put "$1/images/arguments/address" 0x1000
}

# The other one waits for a single frame, which comes at the end.
malformed_rings()
{
	with_arguments "$one" "hostile=yes sends=1 receives=0" &&
		with_arguments "$two" "sends=0 receives=1" &&
		put "$two/state" reload && put "$one/state" reload && ends "$one" && ends "$two" &&
		reported link 6 && counted linked denied || return
	# Of twelve; the other end's CPU may come across one first.
	[ "$value" -ge 6 ] || wrong "only $value were counted" || return
	rmdir "$one/images/arguments" "$two/images/arguments"
}

# runs CELL: it has not said that it has ended.
runs()
{
	[ "$(cat "$1/state")" = running ]
}

# While both send as fast as they can, gates close and open. All frames arrive as they were sent.
third_comes_and_goes()
{
	frames=${FRAMES:-4000}
	./patchcell "$cells/tiny-demo.cell" "$tmp/third.cell" name=third cpus=8 mem0.phys=0x3c000000 &&
		with_arguments "$one" "sends=$frames receives=$frames" &&
		with_arguments "$two" "sends=$frames receives=$frames" &&
		put "$two/state" reload && put "$one/state" reload || return
	rounds=0
	while runs "$one" || runs "$two"; do
		new_cell third "$tmp/third.cell" "$inmates/tiny-demo.bin" &&
			put "$C/third/enabled" 1 && put "$C/third/enabled" kill &&
			rmdir "$C/third" || return
		rounds=$((rounds + 1))
	done
	ktap_print "# $rounds times beside $frames frames each way"
	[ "$rounds" -ge 3 ] || wrong "only $rounds times" || return
	ends "$one" && ends "$two" && reported link 8 &&
		rmdir "$one/images/arguments" "$two/images/arguments"
}

no_third_end()
{
	./patchcell linked.cell "$tmp/linked3.cell" name=linked3 cpus=8 mem0.phys=0x3c000000 &&
		new_cell linked3 "$tmp/linked3.cell" "$inmates/link.bin" || return
	refused EBUSY "$C/linked3" "connects cells" write "$C/linked3/state" create && rmdir "$C/linked3"
}

all_end()
{
	put "$J/enabled" kill && all_online && rmdir "$one" "$two"
}

# The root cell's end is where no machine of the tests has anything.
root_has_an_end()
{
	./patchcell "$system" "$tmp/system.cell" add=lnk lnk0.address=0xfef00000 lnk0.id=1 \
		lnk0.mac=0x030000000002 || return
	modprobe virtio_mmio && modprobe virtio_net &&
		copy "$tmp/system.cell" "$J/config" && put "$J/enabled" 1 || return
	set -- /sys/bus/platform/devices/virtio-mmio.*/virtio*/net/*
	net=${1##*/}
	is "/sys/class/net/$net/address" 02:00:00:00:00:03 &&
		ip address add 10.73.0.1/24 dev "$net" && ip link set "$net" up &&
		is "/sys/class/net/$net/carrier" 0
}

answers()
{
	ping -c 20 -i 0.1 -w 30 -s 1400 10.73.0.2 >"$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")"
}

root_pings_cell()
{
	new_cell linked linked.cell "$inmates/pong.bin" && put "$one/enabled" 1 &&
		wait_is "/sys/class/net/$net/carrier" 1 && answers
}

# to_cpu NUMBER: from here on the interrupt of the device goes there.
to_cpu()
{
	irq=$(sed -n 's/^ *\([0-9]*\):.*jailhouse-pin.*/\1/p' /proc/interrupts) && [ -n "$irq" ] &&
		put "/proc/irq/$irq/smp_affinity_list" "$1"
}

other_cpus()
{
	to_cpu 3 && answers && to_cpu 0 && answers
}

cpu_goes()
{
	to_cpu 3 && answers && put /sys/devices/system/cpu/cpu3/online 0 && answers &&
		put /sys/devices/system/cpu/cpu3/online 1 && answers
}

carrier_goes()
{
	put "$one/enabled" kill && rmdir "$one" && wait_is "/sys/class/net/$net/carrier" 0 &&
		root_pings_cell
}

roots_end_goes()
{
	put "$J/enabled" kill && all_online && rmdir "$one" && [ ! -e "/sys/class/net/$net" ] &&
		! grep jailhouse-pin /proc/interrupts && ! grep "jailhouse link" /proc/iomem
}

cases()
{
	t "two cells with a link start" make_cells
	t "each gets all frames of the other, as they were sent" frames_cross
	t "and again, after both have started anew" once_more
	t "malformed rings stop their device, and harm neither cell" malformed_rings
	t "a third cell comes and goes while both send all the time" third_comes_and_goes
	t "a third cell gets no end of the same link" no_third_end
	t "all CPUs are back at the end" all_end
	t "Linux has a network device of a link of the root cell" root_has_an_end
	t "the cell at the other end answers it" root_pings_cell
	t "its interrupt goes to the CPU that Linux chooses" other_cpus
	t "and to another one when that goes offline" cpu_goes
	t "its carrier goes with the cell, and comes with it" carrier_goes
	t "it has gone when the hypervisor has" roots_end_goes
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
