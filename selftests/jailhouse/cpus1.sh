#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# With a single CPU there is a root cell and nothing else.

. ./lib.sh
begin
need_cpus 1 1

enabled_and_disabled()
{
	hv_enable && is "$S/cells/0/state" running &&
		is "$S/cells/0/cpus_assigned_list" 0 && hv_disable
}

no_second_cell()
{
	hv_enable && get "$S/mem_pool_used" && used=$value || return
	new_cell tiny-demo
	refused ENODEV "$C/tiny-demo" CPU write "$C/tiny-demo/enabled" 1
	./patchcell "$cells/tiny-demo.cell" "$tmp/first.cell" cpus=1
	copy "$tmp/first.cell" "$C/tiny-demo/config"
	refused EBUSY "$C/tiny-demo" "CPU 0" write "$C/tiny-demo/enabled" 1
	is "$S/mem_pool_used" "$used"
	rmdir "$C/tiny-demo" && hv_disable
}

several_times()
{
	i=0
	while [ "$i" -lt 5 ]; do
		enabled_and_disabled || return
		i=$((i + 1))
	done
}

cases()
{
	t "enabled and disabled" enabled_and_disabled
	t "a cell on the only CPU, or on one that does not exist, is refused" no_second_cell
	t "five times more" several_times
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
