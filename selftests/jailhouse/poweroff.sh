#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Leaves the machine as it should not be left: enabled, with a cell that denies to shut down,
# and one that locks and unlocks the configuration without end and is being asked, with a minute
# to answer. To be run last. The machine has to go down at once all the same, and the
# hypervisor before it: scripts/checks/machine looks for that in its log.
#
#   LEAVE=hung	instead of the second one, one is being started from a file system that answers
#		no more

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

# Who looks into the file system waits as well: it stays where it is.
leave_it_hung()
{
	modprobe fuse 2>/dev/null
	./patchcell "$cells/apic-demo.cell" "$tmp/apic-demo.cell" cpus=0x4 &&
		hv_enable && start_cell apic-demo "$tmp/apic-demo.cell" &&
		wait_is "$C/apic-demo/state" running/locked && new_cell tiny-demo &&
		mkdir /tmp/net "$C/tiny-demo/images/far" || return
	head -c 4096 /dev/zero >/tmp/image
	./hung /tmp/net /tmp/image 1 cached && put "$C/tiny-demo/images/far/path" /tmp/net/image ||
		return
	{ echo 1 >"$C/tiny-demo/enabled"; } 2>/dev/null &
	wait_is /tmp/net.hung 1
}

cases()
{
	case ${LEAVE-} in
	hung)	t "enabled, and who starts a cell waits for a file system that hangs" leave_it_hung ;;
	*)	t "enabled, cells run that do not want to stop, and so it is left" leave_it_enabled ;;
	esac
}

# Not cleaned up.
trap 'rm -rf "$tmp"' EXIT
ktap_run cases
