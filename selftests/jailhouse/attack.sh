# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests that attack, instead of lib.sh: a cell for hostile inmates, beside it
# an apic-demo that must keep its pace, and the judgement of what an attack came to.

. ./lib.sh

hostile=$C/hostile
apic=$C/apic-demo
loaded=
arguments_address=0x1000
builtin_pause=

# pause SECONDS: without a process where the shell can, since there are many.
pause()
{
	if [ -n "$builtin_pause" ]; then
		# shellcheck disable=SC3045 # it was tried
		read -r -t "$1" _ <>"$tmp/never"
	else
		sleep "$1"
	fi
	return 0
}

find_pause()
{
	mkfifo "$tmp/never"
	# shellcheck disable=SC3045 # that is the question
	(read -r -t 0.01 _ <>"$tmp/never") 2>/dev/null
	[ $? = 2 ] || builtin_pause=y
}

# It does not lock the configuration, so that cells come and go beside it.
start_neighbour()
{
	new_cell apic-demo neighbour.cell && with_arguments "$apic" lock=no &&
		put "$apic/enabled" 1 && is "$apic/state" running && ticks
}

# with_arguments CELL ARGUMENTS: the cell gets a command line.
with_arguments()
{
	mkdir "$1/images/arguments" && set_arguments "$1" "$2" &&
		put "$1/images/arguments/address" "$arguments_address"
}

set_arguments()
{
	echo "$2" >"$1/images/arguments/data"
}

# ticks: apic-demo's timer fires; each time it makes hypercalls, for it prints.
ticks()
{
	in_sysfs apic-demo || return
	counter=$dir/statistics/vmexits_hypercall
	get "$counter"
	was=$value
	tries=10
	while get "$counter" && [ "$value" = "$was" ]; do
		tries=$((tries - 1))
		[ $tries != 0 ] || wrong "apic-demo does not tick any more" || return
		pause 0.1
	done
	is "$apic/state" running && is "$dir/statistics/denied" 0
}

# linux_works CPUS: that many run a program, one after the other.
linux_works()
{
	cpu=0
	while [ $cpu -lt "$1" ]; do
		taskset $((1 << cpu)) true || wrong "CPU $cpu does nothing" || return
		cpu=$((cpu + 1))
	done
}

# new_hostile [CPUS]: the cell is created; CPUS as a mask, instead of all it may have.
new_hostile()
{
	./patchcell hostile.cell "$tmp/hostile.cell" cpus="${1:-0x4}" || return
	get "$S/mem_pool_used"
	pool=$value
	loaded=
	passes=0
	: >"$tmp/reasons"
	collect
	mkdir "$hostile" && copy "$tmp/hostile.cell" "$hostile/config" &&
		put "$hostile/image_address" "$load_address" &&
		with_arguments "$hostile" "" && put "$hostile/state" create &&
		is "$hostile/state" "shut down"
}

# The cell can be destroyed beside its neighbour, and all that it had comes back.
end_hostile()
{
	put "$hostile/enabled" 0 && rmdir "$hostile/images/arguments" "$hostile" || return
	is /sys/devices/system/cpu/online 0-2
	is "$S/mem_pool_used" "$pool"
	ticks
	linux_works 3
}

# collect: what the hypervisor and the kernel said since the last time is in $tmp/new.
collect()
{
	# The driver looks ten times a second.
	pause 0.12
	dmesg -c | grep -vF "[apic-demo]" >"$tmp/new"
	cat "$tmp/new" >>"$tmp/all"
	return 0
}

# Of lib.sh: here the log is taken bit by bit, and inmates speak of faults.
new_log()
{
	collect
	grep -vF "[hostile]" "$tmp/all"
}

# begin_attack INMATE ARGUMENTS
begin_attack()
{
	attack="$1 $2"
	if [ "$loaded" != "$1" ]; then
		copy "$inmates/$1.bin" "$hostile/image" || return
		loaded=$1
	fi
	set_arguments "$hostile" "$2" && echo start >"$hostile/state" && return
	get "$hostile/error"
	wrong "$attack: $value"
}

# wait_end SECONDS: for a cell that does not run any more.
wait_end()
{
	tries=$(($1 * 20))
	while get "$hostile/state"; do
		case $value in
		running*) ;;
		*) return 0 ;;
		esac
		tries=$((tries - 1))
		[ $tries != 0 ] || wrong "$attack: still runs after $1 s" || return
		pause 0.05
	done
}

# said TEXT: about the last attack.
said()
{
	grep -qF -e "$1" "$tmp/new" || wrong "$attack: nobody said '$1'"
}

# Shows what was said, and makes room for the next attack.
give_up()
{
	note "$attack: this is what was said:"
	collect
	tail -n 20 "$tmp/all" | while read -r line; do
		ktap_print "#   $line"
	done
	put "$hostile/state" kill
	return 1
}

# must_fail INMATE ARGUMENTS TEXT: the cell fails alone, for the reason TEXT. What the
# hypervisor says is looked at later, by judge.
must_fail()
{
	if begin_attack "$1" "$2" && wait_end "${limit:-5}" && is "$hostile/state" failed &&
		has_failed_cpu && ticks; then
		echo "$3" >>"$tmp/reasons"
	else
		give_up
	fi
}

# must_pass INMATE ARGUMENTS: all that the inmate checks is as it should be.
must_pass()
{
	if begin_attack "$1" "$2" && wait_end "${limit:-5}" &&
		is "$hostile/state" "shut down" && ticks; then
		passes=$((passes + 1))
	else
		give_up
	fi
}

# judge: what was said since the cell was created is what was expected, in this order.
judge()
{
	collect
	grep "Cell hostile failed, CPU" "$tmp/new" >"$tmp/failed"
	while read -r want; do
		read -r line <&3 || line="nothing"
		case $line in
		*"$want"*) ;;
		*) note "said: '$line', expected '$want'" ;;
		esac
	done <"$tmp/reasons" 3<"$tmp/failed"
	if grep -F "FAIL" "$tmp/new" >"$tmp/failed"; then
		note "$(cat "$tmp/failed")"
	fi
	good=$(grep -c "INMATE .*ok, 0 failed" "$tmp/new")
	[ "$good" = "$passes" ] || wrong "$good inmates passed, expected $passes"
}

runs()
{
	get "$hostile/state"
	case $value in
	running*) ;;
	*) wrong "$attack: $value" ;;
	esac
}

# must_run INMATE ARGUMENTS: for ever, hurting nobody, and is killed then.
must_run()
{
	begin_attack "$1" "$2" && pause 0.2 && ticks && runs &&
		put "$hostile/state" kill && is "$hostile/state" "shut down" && ticks && return
	give_up
}

# may_fail INMATE ARGUMENTS: it ends, in which way is left to it.
may_fail()
{
	if begin_attack "$1" "$2" && wait_end "${limit:-5}" && ticks; then
		get "$hostile/state"
		[ "$value" != "shut down" ] || passes=$((passes + 1))
	else
		give_up
	fi
}

has_failed_cpu()
{
	in_sysfs hostile && get "$dir/cpus_failed_list" || return
	[ -n "$value" ] || wrong "$attack: no CPU is said to have failed"
}

# denied_some [LEAST]: the cell's counter tells of the attacks.
denied_some()
{
	counted hostile denied || return
	[ "$value" -ge "${1:-1}" ] || wrong "only $value accesses counted as denied"
}

# in_a_cell CPUS FUNCTION: a cell of its own for attacks, of which some are denied.
in_a_cell()
{
	new_hostile "$1" || return
	$2
	judge
	end_hostile
}

# What the hypervisor makes of what is the CPU's business: "read of", or "write to", for a walk
# of page tables, which nested paging always does as if it wrote (APM 2 15.25.6); a task switch;
# an entry that fails. QEMU's own CPU does not know that a hypervisor may want to see those, and
# has more ways of its own: see "What QEMU hides" in the documentation of the test machine. Bochs'
# CPU with SVM, an A8, ends the emulator at a guest's triple fault, and cannot leave long mode there.
# shellcheck disable=SC2034 # the tests use them
know_the_cpu()
{
	quirks=
	walk="read of"
	failed_entry="VM entry failed, reason 0x80000021"
	if [ "$virtualization" = SVM ]; then
		walk="write to"
		failed_entry="VMRUN failed, reason 0xffffffffffffffff"
	fi
	task_switch="task switch"
	emulated_apu=
	! grep -q A8-5600K /proc/cpuinfo || emulated_apu=y
	./stray emulator TCGTCGTCGTCG || return 0
	quirks=tcg
	task_switch="triple fault"
}

begin_attacks()
{
	begin
	need_cpus 4 4
	[ -e hostile.cell ] || ktap_skip_all "run make first"
	: >"$tmp/all"
	find_pause
	know_the_cpu
}

# In x2APIC mode every CPU is reached by its logical id, as on a real machine.
set_logical_ids()
{
	[ -e /dev/cpu/0/msr ] || modprobe msr 2>/dev/null
	[ -e /dev/cpu/0/msr ] || return 0
	for cpu in 0 1 2 3; do
		./stray apic-base $cpu >"$tmp/base" || wrong "$(cat "$tmp/base")" || return
	done
}

set_up()
{
	set_logical_ids && hv_enable && start_neighbour
}

# All end: apic-demo is asked twice.
tear_down()
{
	refused EPERM "$apic" apic-demo write "$apic/state" stop
	put "$apic/state" stop && is "$apic/state" "shut down" && drop_neighbour &&
		hv_disable && all_online
}

drop_neighbour()
{
	put "$apic/enabled" 0 && rmdir "$apic/images/arguments" "$apic"
}
