#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Two cells at the ends of a link give each other and the hypervisor no rest. Neither a third cell
# nor Linux notices, none of whose CPUs leaves its cell for that; and whoever takes its device back,
# or is killed, has its memory to itself.
#
# Seen to fail with a hypervisor that kicks CPU 0 or CPU 3 at each notification (core/link.c).

. ./attack.sh
begin_attacks
[ -e linked.cell ] || ktap_skip_all "run make first"

one=$C/linked
two=$C/linked2

# new_end NAME: with a command line that each start sets
new_end()
{
	new_cell "$1" "$tmp/$1.cell" "$inmates/flood.bin" && with_arguments "$C/$1" "" &&
		put "$C/$1/state" create
}

make_cells()
{
	{ echo 0 >/proc/sys/kernel/nmi_watchdog; } 2>/dev/null
	./patchcell linked.cell "$tmp/linked.cell" &&
		./patchcell linked.cell "$tmp/linked2.cell" name=linked2 cpus=4 mem0.phys=0x3c000000 \
			lnk0.mac=0x020000000002 &&
		set_up && new_end linked && new_end linked2
}

# begin_end CELL ARGUMENTS
begin_end()
{
	set_arguments "$1" "$2" && put "$1/state" start
}

kill_both()
{
	put "$one/state" kill && put "$two/state" kill
}

# How often CPUs of Linux and of apic-demo were made to leave them, in $made. Linux's own NMIs count
# alike.
made_to_leave()
{
	counted apic-demo vmexits_management && made="$value of apic-demo" &&
		get "$S/cells/0/statistics/vmexits_management" && made="$value of Linux, $made"
}

# undisturbed COMMAND...: none is made to leave meanwhile.
undisturbed()
{
	ticks && made_to_leave || return
	quiet=$made
	"$@" && ticks && made_to_leave || return
	[ "$made" = "$quiet" ] || wrong "CPUs were made to leave: $quiet before, $made now"
}

# storm CELL: until it has accessed its device's registers a thousand times more.
storm()
{
	counted "$1" vmexits_mmio || return
	least=$((value + 1000))
	tries=100
	while counted "$1" vmexits_mmio && [ "$value" -lt "$least" ]; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "$1: $value accesses, expected $least" || return
		pause 0.1
	done
	ktap_print "# $1: $value accesses"
}

# beside ARGUMENTS: of both ends
beside()
{
	begin_end "$one" "$1" && begin_end "$two" "$1" && storm linked && storm linked2 &&
		is "$one/state" running && is "$two/state" running && linux_works 1 && kill_both
}

# frames_cross: to the one from the other, after all that was.
frames_cross()
{
	begin_end "$one" mode=frames && begin_end "$two" "mode=count rounds=50" &&
		wait_is "$two/state" "shut down" && put "$one/state" kill
}

one_end_goes()
{
	begin_end "$one" mode=both || return
	n=0
	while [ "$n" -lt "${ROUNDS:-15}" ]; do
		begin_end "$two" "mode=both" && pause 0.02 && put "$two/state" kill || return
		n=$((n + 1))
	done
	ticks && is "$one/state" running && put "$one/state" kill && frames_cross
}

takes_it_back()
{
	begin_end "$one" mode=both && begin_end "$two" "mode=reset rounds=${ROUNDS:-100}" &&
		wait_is "$two/state" "shut down" && ticks && put "$one/state" kill && frames_cross
}

nothing_was_wrong()
{
	# Twice frames were counted, and once a device was taken back.
	reported flood 3 || return
	! grep -F "FAIL" "$tmp/all" || wrong "an inmate says so"
	is "$one/error" "" && is "$two/error" ""
}

end()
{
	for cell in linked linked2; do
		put "$C/$cell/enabled" 0 && rmdir "$C/$cell/images/arguments" "$C/$cell" || return
	done
	tear_down
}

cases()
{
	t "apic-demo runs, and two cells with a link are there" make_cells
	t "notifications without end, from both" undisturbed beside mode=notes
	t "frames without end, from both" undisturbed beside mode=both
	t "one is killed again and again while the other one copies" undisturbed one_end_goes
	t "one takes its device back while the other one copies" undisturbed takes_it_back
	t "no inmate has found anything wrong" nothing_was_wrong
	t "all end" end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
