#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Cells are created and destroyed, and the hypervisor comes and goes, in random order
# with random refusals in between. Nothing gets lost.
#
#   ENABLES=N	how often it is enabled and disabled
#   CYCLES=N	how often a cell is created and destroyed meanwhile
#   SEED=N	repeats the run with this seed; it is printed at the start

. ./lib.sh
begin
need_cpus 4

enables=${ENABLES:-5}
cycles=${CYCLES:-20}
seed=${SEED:-$(od -A n -t u2 -N 2 /dev/urandom)}
seed=$((seed))
random=$seed
destroyed=0
base_used=
base_remap=
operations=0
refusals=0
cpus_dir=/sys/devices/system/cpu

tiny=$C/tiny-demo
apic=$C/apic-demo

# What is expected of each: gone, down or up.
tiny_is=gone
apic_is=gone
# apic-demo denies the first request after each start, and may lock the configuration.
denied=
locked=no

# refuses ...: like refused, and counted.
refuses()
{
	refusals=$((refusals + 1))
	refused "$@"
}

# roll SIDES: a number below it, in $rolled.
roll()
{
	random=$(((random * 1103515245 + 12345) & 0x7fffffff))
	rolled=$(((random >> 12) % $1))
}

# one_of FUNCTION...: calls one of them.
one_of()
{
	roll $#
	shift "$rolled"
	history="$history $1"
	$1
}

# state_of CELL: its state in $state.
state_of()
{
	case $1 in
	tiny-demo) state=$tiny_is ;;
	*) state=$apic_is ;;
	esac
}

now_is()
{
	case $1 in
	tiny-demo) tiny_is=$2 ;;
	*) apic_is=$2 ;;
	esac
}

# Which of the two an operation is about, in $cell and $name.
pick_cell()
{
	roll 2
	name="tiny-demo"
	[ "$rolled" = 0 ] || name="apic-demo"
	cell=$C/$name
	state_of "$name"
	history="$history:$name($state)"
}

# What is there follows from what was done.
as_expected()
{
	for name in tiny-demo apic-demo; do
		state_of "$name"
		get "$C/$name/state"
		case $state,$value in
		gone,configured | down,"shut down" | up,running*) ;;
		*) note "$name is '$value', expected it $state" ;;
		esac
	done
	[ "$tiny_is,$apic_is" != gone,gone ] || pools_are_back
}

pools_are_back()
{
	is "$S/mem_pool_used" "$base_used" && is "$S/remap_pool_used" "$base_remap" &&
		all_online
}

#
# While it is enabled
#

# The configuration is locked against the cell $name: it is the other one's turn.
locked_out()
{
	[ "$locked" = yes ] && [ "$apic_is" = up ] && [ "$name" = tiny-demo ]
}

started()
{
	now_is "$name" up
	[ "$name" = apic-demo ] || return 0
	denied=
	[ "$locked" = no ] || wait_is "$apic/state" running/locked
}

start_it()
{
	[ "$name" = tiny-demo ] || [ "$state" = up ] || choose_lock || return
	put "$cell/$1" "$2" || return
	[ "$state" = up ] || started
}

choose_lock()
{
	roll 2
	if [ "$rolled" = 0 ]; then
		set_lock no
	else
		set_lock yes
	fi
}

set_lock()
{
	locked=$1
	echo "lock=$1" >"$apic/images/arguments/data"
}

create()
{
	pick_cell
	if [ "$state" = gone ] && locked_out; then
		refuses EPERM "$cell" apic-demo write "$cell/state" create
	else
		put "$cell/state" create || return
		[ "$state" != gone ] || now_is "$name" down
	fi
}

start()
{
	pick_cell
	[ "$state" != up ] || pick_cell
	if [ "$state" = gone ] && locked_out; then
		refuses EPERM "$cell" apic-demo write "$cell/enabled" 1
	elif [ "$rolled" = 0 ]; then
		start_it enabled 1
	else
		start_it state start
	fi
}

# asked ITEM ATTRIBUTE VALUE: asks a cell, which may deny it.
asked()
{
	if [ "$name,$state,$denied" = apic-demo,up, ]; then
		denied=y
		refuses EPERM "$cell" apic-demo write "$1" "$2"
		return 1
	fi
	put "$1" "$2"
}

stop()
{
	pick_cell
	asked "$cell/state" stop || return 0
	[ "$state" != up ] || now_is "$name" down
}

kill_it()
{
	pick_cell
	put "$cell/state" kill || return
	[ "$state" != up ] || now_is "$name" down
}

reload()
{
	pick_cell
	if [ "$state" = gone ]; then
		refuses EINVAL "$cell" created write "$cell/state" reload
	elif asked "$cell/state" reload; then
		started
	fi
}

destroy()
{
	pick_cell
	[ "$state" != gone ] || pick_cell
	if [ "$state" != gone ] && locked_out; then
		refuses EPERM "$cell" apic-demo write "$cell/enabled" 0
	elif asked "$cell/enabled" 0 && [ "$state" != gone ]; then
		now_is "$name" gone
		destroyed=$((destroyed + 1))
	fi
}

# An empty directory takes the place of one that had everything.
make_anew()
{
	pick_cell
	if [ "$state" != gone ]; then
		fails EBUSY rmdir "$cell"
	elif [ "$name" = tiny-demo ]; then
		rmdir "$tiny" && new_cell tiny-demo
	else
		rmdir "$apic/images/arguments" "$apic" && new_apic
	fi
}

# misfit NAME ERRNO WORD: a prepared configuration that is refused, in a good one's place.
misfit()
{
	attr copy "$tiny/config" "$tmp/$1.cell"
	if [ "$tiny_is" != gone ]; then
		# That is told once, and the good one is still there.
		refuses EBUSY "$tiny" "in use" write "$tiny/state" reload
		return
	fi
	name="tiny-demo"
	if locked_out && [ "$1" != bad ]; then
		refuses EPERM "$tiny" apic-demo write "$tiny/enabled" 1
	else
		refuses "$2" "$tiny" "$3" write "$tiny/enabled" 1
	fi
	copy "$cells/tiny-demo.cell" "$tiny/config"
}

bad_config()
{
	misfit bad EPROTONOSUPPORT revision
}

first_cpu()
{
	misfit cpu0 EINVAL "CPU 0"
}

linux_ram()
{
	misfit linux EADDRNOTAVAIL "memory region 0"
}

hypervisor_ram()
{
	misfit hypervisor EADDRINUSE "memory region 0"
}

# taken WHAT WORD: it is only refused while apic-demo has it.
taken()
{
	if [ "$apic_is" = gone ]; then
		refuses EINVAL "$tiny" takes write "$tiny/state" nonsense
	else
		misfit "$1" EBUSY "$2"
	fi
}

taken_cpu()
{
	taken cpu CPU
}

taken_ram()
{
	taken ram "memory region 0"
}

# An image for memory that the cell does not have.
misplaced_image()
{
	put "$tiny/image_address" 0x10000000 || return
	if [ "$tiny_is" = up ]; then
		put "$tiny/enabled" 1
	else
		refuses ERANGE "$tiny" image write "$tiny/enabled" 1
	fi
	put "$tiny/image_address" "$load_address"
}

# Linux's own CPUs come and go; a cell's do not come.
hotplug()
{
	cpu=$cpus_dir/cpu1/online
	works write "$cpu" 0 && works write "$cpu" 1
	pick_cell
	get "$cell/cpus"
	cpu=$cpus_dir/cpu$value/online
	if [ "$state" = gone ]; then
		works write "$cpu" 1
	else
		fails EBUSY write "$cpu" 1
	fi
}

refusal()
{
	one_of bad_config first_cpu linux_ram hypervisor_ram taken_cpu taken_ram \
		misplaced_image hotplug make_anew
}

operate()
{
	operations=$((operations + 1))
	one_of create start start start start destroy destroy destroy destroy destroy \
		stop kill_it reload refusal refusal && as_expected && [ -z "$ktap_failed" ]
}

#
# Between
#

bad_system()
{
	attr copy "$J/config" "$tmp/system.cell"
	refuses EPROTONOSUPPORT "$J" revision write "$J/enabled" 1
	copy "$system" "$J/config"
}

# A CPU that is offline does not come back while it is enabled.
offline()
{
	roll $((num_cpus - 1))
	cpu=$((rolled + 1))
	works write "$cpus_dir/cpu$cpu/online" 0 && works write "$J/enabled" 1 || return
	fails EBUSY write "$cpus_dir/cpu$cpu/online" 1
	works write "$J/enabled" 0 && works write "$cpus_dir/cpu$cpu/online" 1
}

too_early()
{
	pick_cell
	refuses ENODEV "$cell" enabled write "$cell/enabled" 1
}

no_firmware()
{
	mv "$firmware" "$firmware.away" || return
	refuses ENOENT "$J" "$image" write "$J/enabled" 1
	mv "$firmware.away" "$firmware"
}

is_off()
{
	is "$J/enabled" 0 && all_online && iomem_is_back
}

iomem_is_back()
{
	[ "$(cat /proc/iomem)" = "$iomem" ] || wrong "/proc/iomem is not what it was"
}

go_under()
{
	put "$J/enabled" 1 && pools_are_back
}

# Asks or not; who has denied it once agrees the second time.
come_back()
{
	roll 2
	if [ "$rolled" = 0 ]; then
		put "$J/enabled" kill
	elif [ "$apic_is,$denied" = up, ]; then
		refuses EPERM "$J" apic-demo write "$J/enabled" 0 && put "$J/enabled" 0
	else
		put "$J/enabled" 0
	fi || return
	[ "$tiny_is" = gone ] || destroyed=$((destroyed + 1))
	[ "$apic_is" = gone ] || destroyed=$((destroyed + 1))
	tiny_is=gone
	apic_is=gone
	is_off
}

#
# Rounds
#

# Each has its share of what is still to be done, more or less; the last one all of it.
set_goal()
{
	left=$((cycles - destroyed))
	[ "$left" -gt 0 ] || left=0
	roll $((2 * left / (enables - rounds) + 1))
	[ $((rounds + 1)) != "$enables" ] || rolled=$left
	goal=$((destroyed + rolled))
}

live()
{
	roll 2
	if [ "$rolled" = 1 ]; then
		one_of bad_system offline too_early no_firmware && is_off || return
	fi
	go_under || return
	while [ "$destroyed" -lt "$goal" ]; do
		operate || return
	done
	# Not every cell is gone when it is disabled.
	one_of create start && come_back
}

round()
{
	mark_log
	history=
	set_goal
	rounds=$((rounds + 1))
	if ! live || [ -n "$ktap_failed" ]; then
		note "SEED=$seed, round $rounds:$history"
		begin_anew
	fi
	log_is_clean
}

make_files()
{
	patch system "$system" revision=7
	patch bad "$cells/tiny-demo.cell" revision=9
	patch cpu0 "$cells/tiny-demo.cell" cpus=1
	patch cpu "$cells/tiny-demo.cell" cpus=0x8
	patch ram "$cells/tiny-demo.cell" mem0.phys=0x3bf00000
	patch linux "$cells/tiny-demo.cell" mem0.phys=0x8000000
	patch hypervisor "$cells/tiny-demo.cell" mem0.phys=0x3a000000
	new_cell tiny-demo && new_apic && copy "$system" "$J/config"
}

prepare()
{
	ktap_print "# SEED=$seed ENABLES=$enables CYCLES=$cycles"
	rounds=0
	iomem=$(cat /proc/iomem)
	make_files && put "$J/enabled" 1 || return
	get "$S/mem_pool_used"
	base_used=$value
	get "$S/remap_pool_used"
	base_remap=$value
	[ -n "$base_used" ] && [ -n "$base_remap" ] && put "$J/enabled" 0 && is_off
}

patch()
{
	./patchcell "$2" "$tmp/$1.cell" "$3" || wrong "patchcell $*"
}

new_apic()
{
	new_cell apic-demo && mkdir "$apic/images/arguments" && set_lock no &&
		put "$apic/images/arguments/address" 0x1000
}

# After a round that has failed, so that the next one has a chance.
begin_anew()
{
	[ ! -e "$firmware.away" ] || mv "$firmware.away" "$firmware"
	clean_up
	mkdir -p "$tmp"
	tiny_is=gone
	apic_is=gone
	make_files
}

enough()
{
	ktap_print "# $operations operations, $refusals times something was refused"
	[ "$destroyed" -ge "$cycles" ] ||
		wrong "$destroyed cells were destroyed, not $cycles"
}

unloads()
{
	clean_up
	mkdir -p "$tmp"
	works unload jailhouse && modprobe jailhouse && [ -d "$J" ]
}

cases()
{
	t "prepared: both cells configured, pools and /proc/iomem noted" prepare
	i=1
	while [ "$i" -le "$enables" ]; do
		t "round $i: enabled, cells came and went, disabled, all is back" round
		i=$((i + 1))
	done
	t "$cycles cells were created and destroyed" enough
	t "all CPUs are online, /proc/iomem is what it was" is_off
	t "the driver can be unloaded, and loaded again" unloads
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
