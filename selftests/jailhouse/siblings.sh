#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Threads of one core in different cells: allowed, with a warning that names both.

. ./lib.sh
begin
need_cpus 4 4
# The shell reads it byte by byte, of which this file gives nothing.
siblings=$(cat /sys/devices/system/cpu/cpu2/topology/thread_siblings_list)
[ "$siblings" = 2-3 ] ||
	ktap_skip_all "CPU 2 and CPU 3 are no threads of one core ($siblings)"

# create CELL CPUS
create()
{
	./patchcell "$cells/$1.cell" "$tmp/$1.cell" cpus="$2" &&
		new_cell "$1" "$tmp/$1.cell" && put "$C/$1/state" create
}

# warned CELL CPU OTHER
warned()
{
	log_says "cell $1: CPU $2 shares a core with CPU $3, which it does not have"
}

not_warned()
{
	! new_log | grep "shares a core" || wrong "there is a warning"
}

with_linux()
{
	hv_enable && not_warned && create tiny-demo 0x8 && warned tiny-demo 3 2
}

# Its sibling is offline for Linux, which therefore tells nothing of it any more.
with_a_cell()
{
	mark_log
	create apic-demo 0x4 && warned apic-demo 2 3
}

whole_core()
{
	drop_cell tiny-demo && drop_cell apic-demo || return
	mark_log
	create tiny-demo 0xc && not_warned && drop_cell tiny-demo && hv_disable && all_online
}

cases()
{
	t "a core that Linux has a part of" with_linux
	t "a core that two cells have" with_a_cell
	t "a whole core" whole_core
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
