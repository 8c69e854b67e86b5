#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the driver relies on fails: an allocation, a CPU that goes offline or comes back, the
# firmware file, VMX or SVM on one CPU; or a signal ends a wait. Everything is undone, and the
# next attempt works.
#
#   SITES=N	how many of the allocations of an operation fail, one at a time; default
#		6, spread over all
#   SEED=N	which of them

. ./lib.sh
begin
need_cpus 4

faults=/sys/kernel/debug/jailhouse_faults
cpus_dir=/sys/devices/system/cpu
tiny=$C/tiny-demo
sites=${SITES:-6}
seed=${SEED:-$(od -A n -t u2 -N 2 /dev/urandom)}
seed=$((seed))
used=
# The number in the file's header: 1 is Intel's, 2 AMD's.
other_vendor='\0002'
[ "$virtualization" = VMX ] || other_vendor='\0001'
# vmalloc() says who called it if there is no memory.
log_expected='/vmalloc error: /,/Call Trace:/d'

need_module()
{
	[ -e jailhouse-faults.ko ] || skip "there is no jailhouse-faults.ko" || return
	[ -d "$faults" ] || insmod jailhouse-faults.ko || wrong "insmod failed"
}

#
# Nothing has changed
#

not_enabled()
{
	is "$J/enabled" 0 && is "$S/enabled" 0 && no_cells && all_online && iomem_is "$iomem"
}

no_cells()
{
	for dir in "$S"/cells/[0-9]*; do
		[ ! -d "$dir" ] || wrong "there is $dir"
	done
}

iomem_is()
{
	[ "$(cat /proc/iomem)" = "$1" ] || wrong "/proc/iomem has changed"
}

not_created()
{
	is "$tiny/enabled" 0 && is "$tiny/id" "" && is "$S/mem_pool_used" "$used" &&
		[ ! -d "$S/cells/1" ] && all_online && iomem_is "$iomem_enabled"
}

#
# Allocations
#

# fail_at N COMMAND...: attr COMMAND, whose Nth allocation fails: $outcome, how many there
# were in $count, and 1 in $failed if one has failed, for $site.
fail_at()
{
	# shellcheck disable=SC2046 # several words
	set -- $(./attr fail "$@")
	outcome=$1
	count=$2
	failed=$3
	site=$4
}

# each_site FAILED UNDO COMMAND...: the command works, and UNDO undoes it; then one allocation
# after the other fails in it. FAILED says whether a command that has failed has changed
# nothing.
each_site()
{
	has_failed=$1
	undo=$2
	shift 2
	fail_at 1000000000 "$@"
	[ "$outcome,$failed" = ok,0 ] && $undo || wrong "without a fault: $outcome" || return
	total=$count
	number=$((seed % total / sites))
	tried=0
	harmless=0
	while [ "$number" -lt "$total" ]; do
		one_site "$@" || wrong "allocation $((number + 1)) of $total, for $site" ||
			return
		number=$((number + 1 + (total - 1) / sites))
	done
	ktap_print "# $total allocations, $tried of them failed, $harmless were not needed"
}

one_site()
{
	fail_at $((number + 1)) "$@"
	tried=$((tried + failed))
	if [ "$outcome" = ok ]; then
		harmless=$((harmless + failed))
		$undo
	else
		[ "$outcome" = ENOMEM ] || other_error || return
		$has_failed
	fi
}

# Some of the kernel's functions have only one answer to everything.
other_error()
{
	ktap_print "# $outcome if there is no memory for $site"
	case $outcome in
	EADDRINUSE | EAGAIN | EFAULT | EINVAL | ENXIO | ENOENT) ;;
	*) wrong "$outcome, expected ENOMEM" ;;
	esac
}

enabling()
{
	need_module || return
	each_site not_enabled hv_disable write "$J/enabled" 1
}

undo_tiny()
{
	put "$tiny/enabled" 0 && not_created
}

starting()
{
	need_module || return
	each_site not_created undo_tiny write "$tiny/enabled" 1
}

# The file says what went wrong, and so does the next start.
config_refused()
{
	is "$tiny/state" configured && refused ENOMEM "$tiny" memory write "$tiny/enabled" 1 &&
		copy "$cells/tiny-demo.cell" "$tiny/config"
}

# configfs drops what the driver returns.
taken()
{
	get "$tiny/error"
	if [ -z "$value" ]; then
		put "$tiny/enabled" 1 && put "$tiny/enabled" 0
	else
		config_refused
	fi
}

configuring()
{
	need_module || return
	each_site taken taken copy "$tiny/config" "$cells/tiny-demo.cell"
}

image_taken()
{
	get "$tiny/error"
	[ -z "$value" ] || {
		refused ENOMEM "$tiny" image write "$tiny/enabled" 1
		copy "$inmates/tiny-demo.bin" "$tiny/image"
	}
	put "$tiny/enabled" 1 && put "$tiny/enabled" 0
}

loading()
{
	need_module || return
	each_site image_taken image_taken copy "$tiny/image" "$inmates/tiny-demo.bin"
}

no_other()
{
	[ ! -d "$C/other" ]
}

making()
{
	need_module || return
	each_site no_other "rmdir $C/other" mkdir "$C/other"
}

#
# CPUs
#

# The state of CPU hotplug that is to fail: one that may, in both directions.
find_step()
{
	step=$(sed -n 's/^ *\([0-9]*\): workqueue:online.*/\1/p' "$cpus_dir/hotplug/states")
	[ -n "$step" ] || skip "there is no state workqueue:online"
}

fail_cpu()
{
	echo "$step" >"$cpus_dir/cpu$1/hotplug/fail"
}

# cell_with CPUS: tiny-demo's configuration has these.
cell_with()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/cpus.cell" "cpus=$1" &&
		copy "$tmp/cpus.cell" "$tiny/config"
}

stays_online()
{
	find_step && cell_with 0xe || return
	for cpu in 1 2 3; do
		fail_cpu "$cpu" || return
		refused EAGAIN "$tiny" "CPU $cpu" write "$tiny/enabled" 1
		not_created && put "$tiny/enabled" 1 && undo_tiny || return
	done
	copy "$cells/tiny-demo.cell" "$tiny/config"
}

# The cell is gone all the same; the CPU is Linux's, which may try again.
stays_offline()
{
	find_step && put "$tiny/enabled" 1 && fail_cpu 2 &&
		put "$tiny/enabled" 0 && is "$cpus_dir/cpu2/online" 0 &&
		log_says "CPU 2 does not come back online" && works write "$cpus_dir/cpu2/online" 1 &&
		not_created
}

# As stays_offline, but there is nothing that could come back; nor could a cell have it.
pulled_out()
{
	need_module || return
	echo 2 >"$faults/pulled_out"
	refused ENODEV "$tiny" "CPU 2 was pulled out" write "$tiny/enabled" 1
	grep -q "CPU 2 was pulled out" "$tiny/check" || wrong "check does not say so"
	echo 0 >"$faults/pulled_out"
	not_created && put "$tiny/enabled" 1 || return
	echo 2 >"$faults/pulled_out"
	put "$tiny/enabled" 0
	echo 0 >"$faults/pulled_out"
	log_says "CPU 2 does not come back online (-19)" && works write "$cpus_dir/cpu2/online" 1 &&
		not_created
}

#
# VMX, or SVM, on one CPU
#

# one_cpu FILE ERRNO [WORDS]: it is not to be had there, so that the hypervisor stays out.
one_cpu()
{
	need_module || return
	cpu=0
	while [ "$cpu" -lt "$num_cpus" ]; do
		echo "$cpu" >"$faults/$1"
		refused "$2" "$J" "CPU $cpu${3:+: $3}" write "$J/enabled" 1
		echo -1 >"$faults/$1"
		not_enabled || return
		cpu=$((cpu + 1))
	done
	put "$J/enabled" 1 && hv_disable && not_enabled
}

# Nothing of SVM fails: it is switched on by a bit, and VMRUN takes any state that Linux lives with.
vmx_on_one_cpu()
{
	if [ "$virtualization" != VMX ]; then
		skip "no step of $virtualization can fail"
		return
	fi
	one_cpu "$@"
}

#
# The firmware file
#

# header OFFSET BYTES: they are other ones in the file.
header()
{
	cp "$firmware" "$tmp/firmware"
	printf '%b' "$2" | dd of="$firmware" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# firmware ERRNO OFFSET BYTES...
firmware()
{
	errno=$1
	shift
	while [ $# != 0 ]; do
		header "$1" "$2"
		refused "$errno" "$J" "$image" write "$J/enabled" 1
		cp "$tmp/firmware" "$firmware"
		not_enabled
		shift 2
	done
	put "$J/enabled" 1 && hv_disable
}

#
# Signals
#

# The signal comes while the cell, which never answers, still has a minute to do so.
interrupted_write()
{
	refused EINTR "${1%/*}" signal alarm 300 write "$1" "$2"
}

interrupted()
{
	silent_cell tiny-demo || return
	for attribute in "enabled 0" "state stop" "state reload"; do
		interrupted_write "$tiny/${attribute% *}" "${attribute#* }"
		is "$tiny/state" running
	done
	interrupted_write "$J/enabled" 0
	is "$tiny/state" running && put "$tiny/state" kill && undo_tiny &&
		rmdir "$tiny/images/arguments" && copy "$inmates/tiny-demo.bin" "$tiny/image"
}

# Before tasks are frozen, somebody enables the hypervisor.
suspending()
{
	need_module || return
	echo 1 >"$faults/suspend"
	fails ECANCELED write /sys/power/state freeze
	get "$faults/suspend"
	echo 0 >"$faults/suspend"
	[ "$value" != 0 ] || wrong "it was enabled during a suspend"
	reason "$J" suspend && not_enabled && put "$J/enabled" 1 && hv_disable
}

#
# What was begun cannot be undone
#

# stays CALLS: those hypercalls are refused, the last one of them being destroy, so that the
# cell stays, and everything that it has.
stays()
{
	need_module || return
	echo "$1" >"$faults/hypercalls"
	refused EBUSY "$tiny" "cannot be destroyed yet" write "$tiny/enabled" 1
	is "$tiny/enabled" 1 && is "$tiny/state" "shut down" && fails EBUSY rmdir "$tiny" &&
		is "$cpus_dir/cpu2/online" 0
	grep -q tiny-demo /proc/iomem || wrong "its RAM is free"
	refused EBUSY "$tiny" "not now" write "$tiny/enabled" 1
	echo 0 >"$faults/hypercalls"
}

stays_created()
{
	stays 0x14 && put "$tiny/enabled" 1 && undo_tiny
}

# Now the undoing is left to somebody else.
undone_later()
{
	stays 0x14 && new_cell apic-demo && put "$C/apic-demo/state" create &&
		is "$tiny/enabled" 0 && put "$C/apic-demo/enabled" 0 && rmdir "$C/apic-demo" &&
		not_created
}

#
# All of it
#

prepare()
{
	ktap_print "# SEED=$seed SITES=$sites"
	iomem=$(cat /proc/iomem)
	new_cell tiny-demo && hv_enable && get "$S/mem_pool_used" || return
	used=$value
	iomem_enabled=$(cat /proc/iomem)
	put "$tiny/enabled" 1 && undo_tiny && hv_disable && not_enabled
}

under()
{
	put "$J/enabled" 1 && not_created
}

unloads()
{
	clean_up
	mkdir -p "$tmp"
	[ ! -d "$faults" ] || rmmod jailhouse_faults
	works unload jailhouse && modprobe jailhouse && [ -d "$J" ]
}

cases()
{
	t "prepared: a cell works, and leaves nothing" prepare
	t "enabling: allocations fail" enabling
	t "$virtualization is in use on one CPU" one_cpu in_use_before EBUSY
	t "$virtualization is in use on one CPU when all have stopped" one_cpu in_use_meanwhile EBUSY
	t "VMXON fails on one CPU" vmx_on_one_cpu vmx_on EIO
	t "VM entry fails on one CPU" \
		vmx_on_one_cpu vmx_entry EIO "VM entry failed: exit reason 0x80000021"
	t "a firmware file of another revision" firmware EPROTONOSUPPORT 8 '\0377'
	t "a firmware file for CPUs of another vendor" \
		firmware EPROTONOSUPPORT 120 "$other_vendor"
	t "a firmware file that is damaged" firmware ENOEXEC 0 X 16 '\0001' 30 '\0001' 60 X
	t "enabled" under
	t "making a directory: allocations fail" making
	t "writing a configuration: allocations fail" configuring
	t "writing an image: allocations fail" loading
	t "starting a cell: allocations fail" starting
	t "each CPU of a cell refuses to go offline" stays_online
	t "a CPU refuses to come back" stays_offline
	t "a CPU is pulled out of the machine" pulled_out
	t "a signal ends the wait for an answer" interrupted
	t "a start fails, and cannot be undone: the next one does it" stays_created
	t "... or another operation does it" undone_later
	t "disabled" hv_disable
	t "all is as before" not_enabled
	t "enabled while a suspend begins" suspending
	t "the driver can be unloaded, and loaded again" unloads
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
