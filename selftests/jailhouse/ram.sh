#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# RAM that changes hands is empty, in whatever direction.

. ./attack.sh
begin_attacks
ram=0x3be00000
ram_size=0xe0000

# pattern NUMBER: that many words of it are in the RAM that Linux sees there.
pattern()
{
	found=$(./stray find "$ram" "$ram_size") || wrong "$found" || return
	[ "${found%% *}" = "$1" ] || wrong "$found have the pattern, expected $1"
}

from_linux()
{
	./stray fill "$ram" "$ram_size" >"$tmp/filled" && pattern $((ram_size / 8)) &&
		new_hostile && must_pass ram kind=look
}

# RAM that does not change hands is left as it is, which shows that there was something
# to be scrubbed, and that it would be found.
within_a_life()
{
	must_pass ram kind=mark &&
		begin_attack ram kind=look && wait_end 5 && collect &&
		is "$hostile/state" failed && said "FAIL"
}

to_linux()
{
	end_hostile && pattern 0
}

to_another_cell()
{
	new_hostile && must_pass ram kind=mark && end_hostile &&
		new_hostile 0x2 && must_pass ram kind=look && end_hostile
}

when_disabled()
{
	new_hostile && must_pass ram kind=mark &&
		put "$J/enabled" kill && pattern 0
}

cases()
{
	t "apic-demo runs" set_up
	t "a cell finds nothing of Linux" from_linux
	t "the cell, started again, finds what it left" within_a_life
	t "Linux finds nothing of a destroyed cell" to_linux
	t "a cell finds nothing of another one" to_another_cell
	t "Linux finds nothing of a cell that a disable has ended" when_disabled
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
