#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Two cells at the ends of a link give each other and the hypervisor no rest. Neither a third cell
# nor Linux notices; and whoever takes its device back, or is killed, has its memory to itself.

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

# Ten timers of a tenth of a second, in hundredths.
timers_of_linux()
{
	read -r before _ </proc/uptime
	n=0
	while [ "$n" -lt 10 ]; do
		pause 0.1
		n=$((n + 1))
	done
	read -r after _ </proc/uptime
	took=$((${after%.*}${after#*.} - ${before%.*}${before#*.}))
	ktap_print "# ten timers of Linux's took $took hundredths of a second"
	[ "$took" -lt 130 ] || wrong "ten timers of a tenth of a second took $took hundredths"
}

# beside ARGUMENTS: of both ends
beside()
{
	begin_end "$one" "$1" && begin_end "$two" "$1" && ticks && timers_of_linux && ticks &&
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
	t "notifications without end, from both" beside mode=notes
	t "frames without end, from both" beside mode=both
	t "one is killed again and again while the other one copies" one_end_goes
	t "one takes its device back while the other one copies" takes_it_back
	t "no inmate has found anything wrong" nothing_was_wrong
	t "all end" end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
