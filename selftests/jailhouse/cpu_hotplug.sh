#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Linux takes its own CPUs offline and online as it likes while it is the root
# cell; a cell's CPU is not Linux's.

. ./lib.sh
begin
need_cpus 2

cpu_dir=/sys/devices/system/cpu
last=$((num_cpus - 1))

offline()
{
	put "$cpu_dir/cpu$1/online" 0 && is "$cpu_dir/cpu$1/online" 0
}

online()
{
	put "$cpu_dir/cpu$1/online" 1 && is "$cpu_dir/cpu$1/online" 1 &&
		taskset "$(printf '%x' $((1 << $1)))" true
}

offline_and_online()
{
	i=0
	while [ "$i" -lt 3 ]; do
		offline "$1" && online "$1" || return
		i=$((i + 1))
	done
}

# each_but_cpu0 COMMAND: with the number of the CPU.
each_but_cpu0()
{
	cpu=1
	while [ "$cpu" -lt "$num_cpus" ]; do
		"$1" "$cpu" || return
		cpu=$((cpu + 1))
	done
}

all_at_once()
{
	each_but_cpu0 offline && is "$cpu_dir/online" 0 && each_but_cpu0 online && all_online
}

# The way out has to fetch a CPU that Linux does not run on: left in VMX
# operation, on page tables that are gone, it would not come online again.
offline_at_disable()
{
	offline "$last" && hv_disable && online "$last" && all_online
}

all_offline_at_disable()
{
	hv_enable && each_but_cpu0 offline && hv_disable && each_but_cpu0 online && all_online
}

# Linux's idle loop keeps such a CPU, which the hypervisor knows nothing of.
absent()
{
	offline "$last" && hv_enable && lacks_cpu "$last" || return
	fails EBUSY write "$cpu_dir/cpu$last/online" 1 && is "$cpu_dir/cpu$last/online" 0 &&
		log_says "CPU $last cannot come online: it was not when the hypervisor was enabled"
}

lacks_cpu()
{
	get "$S/cells/0/cpus_assigned_list" || return
	case ,$value, in
	*[,-]"$1",*) wrong "CPU $1 is among $value" ;;
	esac
}

absent_from_cells()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/absent.cell" cpus=$((1 << last)) &&
		new_cell tiny-demo "$tmp/absent.cell" || return
	refused ENODEV "$C/tiny-demo" "CPU $last" write "$C/tiny-demo/enabled" 1
	drop_cell tiny-demo
}

absent_until_disabled()
{
	hv_disable && online "$last" && all_online && hv_enable &&
		is "$S/cells/0/cpus_assigned_list" "0-$last" && hv_disable
}

prepare_cell()
{
	hv_enable && start_cell tiny-demo && get "$C/tiny-demo/cpus" && cell_cpu=$value
}

cell_cpu_stays()
{
	get "$C/tiny-demo/cpus"
	cell_cpu=$value
	fails EBUSY write "$cpu_dir/cpu$cell_cpu/online" 1 &&
		log_says "CPU $cell_cpu cannot come online: it is a cell's" &&
		is "$cpu_dir/cpu$cell_cpu/online" 0 && is "$C/tiny-demo/state" running
}

# Also a cell that does not run owns its CPU.
cell_cpu_stays_stopped()
{
	put "$C/tiny-demo/state" stop &&
		fails EBUSY write "$cpu_dir/cpu$cell_cpu/online" 1
}

# A CPU that was offline before the cell took it is so after.
offline_before()
{
	put "$C/tiny-demo/enabled" 0 && offline "$cell_cpu" &&
		put "$C/tiny-demo/enabled" 1 && put "$C/tiny-demo/enabled" 0 || return
	is "$cpu_dir/cpu$cell_cpu/online" 0
	online "$cell_cpu" && all_online
}

other_cpu_beside_cell()
{
	put "$C/tiny-demo/enabled" 1 && offline_and_online 1 &&
		is "$C/tiny-demo/state" running
}

# The sequence that found the most bugs elsewhere: a cell's CPU comes back, goes
# offline by Linux, stays so while the hypervisor leaves, and comes online.
back_from_cell_offline_disable()
{
	put "$C/tiny-demo/enabled" 0 && offline "$cell_cpu" && hv_disable &&
		online "$cell_cpu" && all_online && hv_enable && hv_disable
}

cell_cases()
{
	t "tiny-demo runs" prepare_cell
	t "Linux cannot online its CPU" cell_cpu_stays
	t "CPU 1 goes offline and online beside it" offline_and_online 1
	t "nor can it when the cell is stopped" cell_cpu_stays_stopped
	t "a CPU that was offline before is offline after" offline_before
	t "CPU 1 again, while the cell runs" other_cpu_beside_cell
	t "the cell's CPU comes back, goes offline, and the hypervisor leaves" back_from_cell_offline_disable
}

cases()
{
	t "enabled" hv_enable
	t "the last CPU goes offline and online three times" offline_and_online "$last"
	t "all but CPU 0 go offline, and online again" all_at_once
	t "disabled while the last CPU is offline, which then comes online" offline_at_disable
	t "disabled while only CPU 0 is online" all_offline_at_disable
	t "a CPU that is offline when it is enabled stays so" absent
	t "no cell gets it" absent_from_cells
	t "it comes online when it is disabled, and is known the next time" absent_until_disabled
	if [ "$num_cpus" -ge 4 ]; then
		cell_cases
	fi
	t "all CPUs are online at the end" all_online
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
