#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Leaves the machine as it should not be left: enabled, with a cell that denies to
# shut down. To be run last. The machine has to go down all the same, and the
# hypervisor before it: scripts/checks/machine looks for that in its log.

. ./lib.sh
begin
need_cpus 2

leave_it_enabled()
{
	last=$((num_cpus - 1))
	./patchcell "$cells/apic-demo.cell" "$tmp/apic-demo.cell" cpus=$((1 << last)) &&
		hv_enable && start_cell apic-demo "$tmp/apic-demo.cell" &&
		wait_is "$C/apic-demo/state" running/locked
}

cases()
{
	t "enabled, apic-demo runs, and so it is left" leave_it_enabled
}

# Not cleaned up.
trap 'rm -rf "$tmp"' EXIT
ktap_run cases
