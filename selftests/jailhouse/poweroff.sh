#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Leaves the machine as it should not be left: enabled, with a cell that denies to shut down,
# and one that locks and unlocks the configuration without end and is being asked, with a minute
# to answer. To be run last. The machine has to go down at once all the same, and the
# hypervisor before it: scripts/checks/machine looks for that in its log.

. ./lib.sh
begin
need_cpus 3

leave_it_enabled()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/twitching.cell" name=twitching cpus=0x2 &&
		./patchcell "$cells/apic-demo.cell" "$tmp/apic-demo.cell" cpus=0x4 &&
		hv_enable && start_cell apic-demo "$tmp/apic-demo.cell" &&
		wait_is "$C/apic-demo/state" running/locked || return
	# No cell is created while another has locked, and this one is to come last.
	put "$C/apic-demo/state" kill &&
		new_cell twitching "$tmp/twitching.cell" "$inmates/comm.bin" &&
		mkdir "$C/twitching/images/arguments" &&
		echo kind=locks >"$C/twitching/images/arguments/data" &&
		put "$C/twitching/images/arguments/address" 0x1000 &&
		put "$C/twitching/enabled" 1 && put "$C/apic-demo/state" start &&
		wait_is "$C/apic-demo/state" running/locked &&
		put "$C/twitching/timeout_ms" 60000 && ask "$C/twitching/state" stop
}

cases()
{
	t "enabled, cells run that do not want to stop, and so it is left" leave_it_enabled
}

# Not cleaned up.
trap 'rm -rf "$tmp"' EXIT
ktap_run cases
