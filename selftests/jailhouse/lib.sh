# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests, which run in the directory of the tests: the machine and
# its cells. The machine may be slow (an emulator), so that whatever is done
# often avoids to start processes.
#
#   JAILHOUSE_SYSTEM	the system configuration
#   JAILHOUSE_CELLS	directory of the cell configurations
#   JAILHOUSE_INMATES	directory of the inmates

. ./ktap.sh

J=/sys/kernel/config/jailhouse
C=$J/cells
S=/sys/devices/jailhouse
cells=${JAILHOUSE_CELLS:-/etc/jailhouse}
inmates=${JAILHOUSE_INMATES:-/usr/lib/jailhouse/inmates}
load_address=0xf0000
tmp=/tmp/jailhouse-test.$$
# CPUs that Linux has never started are not brought online: absent.sh looks at them.
leave_offline=no

# What the CPUs have for hypervisors, the image that is made for it, and what else uses it.
# shellcheck disable=SC2034 # the tests use them
if grep -qw svm /proc/cpuinfo; then
	virtualization=SVM
	image=jailhouse-amd.bin
	kvm_module=kvm_amd
else
	virtualization=VMX
	image=jailhouse-intel.bin
	kvm_module=kvm_intel
fi
# shellcheck disable=SC2034
firmware=/lib/firmware/$image

# The emulated machine and QEMU's differ in a few addresses; virtual machines
# of QEMU/KVM have this flag.
find_system()
{
	system=${JAILHOUSE_SYSTEM-}
	[ -z "$system" ] || return 0
	system=$cells/system.cell
	[ ! -e "$system" ] || return 0
	if grep -qw hypervisor /proc/cpuinfo; then
		system=$cells/qemu-vm.cell
	else
		system=$cells/bochs.cell
	fi
}

# An IOMMU is the hypervisor's if there is one: by which Linux remaps interrupts, it has to be.
use_iommu()
{
	find_iommu
	[ -n "$iommu_type" ] || return 0
	iommu_translates "$tmp/system.cell"
}

# find_iommu: the kind that there is in $iommu_type (empty: none), where its registers are, and
# whether it has records of what it denied: QEMU's of AMD's kind has not.
# shellcheck disable=SC2034 # the tests use them
find_iommu()
{
	iommu_type=
	iommu_records=
	if [ -e /sys/firmware/acpi/tables/DMAR ]; then
		iommu_type=1 iommu_registers=0xfed90000 iommu_size=0x1000 iommu_records=y
	elif [ -e /sys/firmware/acpi/tables/IVRS ]; then
		iommu_type=2 iommu_registers=0xfed80000 iommu_size=0x4000
	fi
}

# iommu_translates FILE: the system's configuration is from now on FILE, in which it does.
iommu_translates()
{
	./patchcell "$system" "$1" iommu.type="$iommu_type" iommu0.base="$iommu_registers" \
		iommu0.size="$iommu_size" || ktap_skip_all "the configuration cannot have an IOMMU"
	system=$1
}

# told_of_devices TEXT: what a cell's devices can do to others was logged as that; "": nothing was.
told_of_devices()
{
	tries=50
	until new_log | grep "its PCI devices can" >"$tmp/told"; do
		[ -n "$1" ] || return 0
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "nobody said: $1" || return
		sleep 0.1
	done
	if [ -z "$1" ] || ! grep -qF "$1" "$tmp/told"; then
		wrong "$(cat "$tmp/told")"
	fi
}

# remapped: do interrupts of cells' devices go by an IOMMU that is used? Of Intel's kind, bit 0 of
# DMAR's flags says whether they can (VT-d 3.3, 8.1).
remapped()
{
	case ${iommu_type:-0} in
	0) false ;;
	1) [ $(($(od -An -tu1 -j37 -N1 /sys/firmware/acpi/tables/DMAR) & 1)) = 1 ] ;;
	esac
}

# get FILE: its first line in $value; fails if there is no such file.
get()
{
	value=
	[ -e "$1" ] || return
	IFS= read -r value <"$1" || :
}

# now: nanoseconds since the machine has booted, in $now.
# shellcheck disable=SC2034 # the tests use it
now()
{
	while read -r word at now _; do
		[ "$word $at" != "now at" ] || return 0
	done </proc/timer_list
}

# is FILE VALUE
is()
{
	get "$1" || wrong "there is no $1" || return
	[ "$value" = "$2" ] || wrong "$1 reads '$value', expected '$2'"
}

# find_pm_timer: its port, which the chip set places, in $pm_timer.
find_pm_timer()
{
	pm_timer=$(sed -n 's/^ *\([0-9a-f]*\)-.*ACPI PM_TMR$/0x\1/p' /proc/ioports)
	[ -n "$pm_timer" ] || wrong "Linux knows of no PM timer"
}

wrong()
{
	note "$@"
	return 1
}

# listing FILE SECTION NUMBER: what stands in a document, to be run as it stands there.
listing()
{
	awk -v section="$2" -v wanted="$3" -f ./listing.awk "$1" >"$tmp/listing" &&
		[ -s "$tmp/listing" ] || wrong "$1, $2: there is no listing $3" || return
	cat "$tmp/listing"
}

# put FILE VALUE: has to succeed, and to leave no reason behind.
put()
{
	if ! message=$({ echo "$2" >"$1"; } 2>&1); then
		get "${1%/*}/error" || :
		wrong "'$2' into $1: ${message##*: } ($value)"
	fi
}

# attr COMMAND...: one system call; $outcome is "ok" or the name of an error.
attr()
{
	outcome=$(./attr "$@")
}

# reason DIR WORD: the error attribute of the item names WORD.
reason()
{
	get "$1/error"
	case "$value" in
	*"$2"*) [ -n "$value" ] || wrong "$1/error is empty" ;;
	*) wrong "$1/error reads '$value', which does not say '$2'" ;;
	esac
}

# abi_name FILE: as Documentation/ABI names the file of configfs, in $name.
abi_name()
{
	name=${1#"$C"/}
	case $name in
	"$1") name=$1 ;;
	*/devices/*/*) name=$C/NAME/devices/SSSS:BB:DD.F/${name##*/} ;;
	*/devices/*) name=$C/NAME/devices/SSSS:BB:DD.F ;;
	*/*/*/*) name=${name#*/} && name=$C/NAME/${name%%/*}/N/${name##*/} ;;
	*/*/*) name=${name#*/} && name=$C/NAME/${name%%/*}/N ;;
	*/*) name=$C/NAME/${name#*/} ;;
	*) name=$C/NAME ;;
	esac
}

# documented FILE ERRNO: does Documentation/ABI say that an operation on it can end so? What makes
# or starts a cell, or enables the hypervisor, ends also with what is said of all that is needed.
errnos=
documented()
{
	[ -n "$errnos" ] || errnos=$(cat errnos.txt; echo .)
	abi_name "$1"
	case $name in
	"$J" | "$J"/*) ;;
	*) return 0 ;;
	esac
	case $errnos in
	*"
$name $2
"* | *"
$J $2
"*) return 0 ;;
	esac
	case $name:$errnos in
	"$C"/NAME/enabled:*"
$C/NAME/"*" $2
"* | "$C"/NAME/state:*"
$C/NAME/"*" $2
"* | "$C"/NAME/enabled:*"
$J/config $2
"* | "$C"/NAME/state:*"
$J/config $2
"* | "$J"/enabled:*"
$J/"*" $2
"*) return 0 ;;
	esac
	wrong "Documentation/ABI does not say that $name can be refused with $2"
}

# refused ERRNO DIR WORD COMMAND...: attr COMMAND fails so, and the error of the
# item in DIR says why, naming WORD.
refused()
{
	want=$1
	item=$2
	word=$3
	shift 3
	attr "$@"
	[ "$outcome" = "$want" ] || wrong "$*: $outcome, expected $want" || return
	reason "$item" "$word" || return
	case $1 in
	write | copy | mkdir | rmdir) documented "$2" "$want" ;;
	esac
}

# fails ERRNO COMMAND...: the same where no item can say why.
fails()
{
	want=$1
	shift
	attr "$@"
	[ "$outcome" = "$want" ] || wrong "$*: $outcome, expected $want"
}

works()
{
	fails ok "$@"
}

# copy FILE ATTRIBUTE: has to be accepted.
copy()
{
	attr copy "$2" "$1"
	item=${2%/*}
	[ "$outcome" = ok ] || wrong "$2: $outcome" || return
	get "$item/error"
	[ -z "$value" ] || wrong "$1 into $2: $value"
}

# wait_is FILE VALUE [TENTHS]: for what happens by itself.
wait_is()
{
	tenths=${3:-100}
	while get "$1" || :; [ "$value" != "$2" ]; do
		[ "$tenths" -gt 0 ] || wrong "$1 still reads '$value', not '$2'" ||
			return
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

hv_enable()
{
	copy "$system" "$J/config" && put "$J/enabled" 1
}

hv_disable()
{
	put "$J/enabled" 0
}

# new_cell NAME [CONFIG [IMAGE]]: with the demo of that name, if not given.
new_cell()
{
	mkdir "$C/$1" || wrong "mkdir $C/$1" || return
	copy "${2:-$cells/$1.cell}" "$C/$1/config" &&
		copy "${3:-$inmates/$1.bin}" "$C/$1/image" &&
		put "$C/$1/image_address" "$load_address"
}

# start_cell NAME...: made, loaded and started.
start_cell()
{
	new_cell "$@" && put "$C/$1/enabled" 1
}

# silent_cell NAME: started, it never answers, and has a minute to do so.
silent_cell()
{
	mkdir "$C/$1/images/arguments" || wrong "mkdir $C/$1/images/arguments" || return
	echo kind=loop >"$C/$1/images/arguments/data"
	put "$C/$1/images/arguments/address" 0x1000 && put "$C/$1/timeout_ms" 60000 &&
		copy "$inmates/fault.bin" "$C/$1/image" && put "$C/$1/enabled" 1
}

# ask FILE WORD: has $asker write it, and waits until he waits for the cell; what becomes of
# it is in $tmp/answer.
ask()
{
	./attr write "$1" "$2" >"$tmp/answer" &
	asker=$!
	tenths=100
	while read -r _ _ asker_state _ <"/proc/$asker/stat"; do
		case $asker_state in
		[ID]) return ;;
		esac
		tenths=$((tenths - 1))
		[ "$tenths" -gt 0 ] || break
		sleep 0.1
	done
	wrong "'$2' into $1 waits for nobody: $(cat "$tmp/answer")"
}

drop_cell()
{
	put "$C/$1/enabled" 0 && rmdir "$C/$1"
}

# in_sysfs NAME: directory of a cell in $dir.
in_sysfs()
{
	get "$C/$1/id"
	dir=$S/cells/$value
	if [ -z "$value" ] || [ ! -d "$dir" ]; then
		wrong "cell $1 is not in $S/cells"
	fi
}

# counted NAME COUNTER: in $value.
counted()
{
	in_sysfs "$1" && get "$dir/statistics/$2"
}

# Ends everything without asking, and removes all cells.
clean_up()
{
	[ ! -d "$J" ] || {
		echo kill >"$J/enabled"
		for dir in "$C"/*/images/* "$C"/*; do
			[ ! -d "$dir" ] || rmdir "$dir"
		done
	} 2>/dev/null
	for cpu in /sys/devices/system/cpu/cpu[1-9]*/online; do
		[ "$leave_offline" != yes ] || break
		[ ! -e "$cpu" ] || get "$cpu" && [ "$value" = 1 ] || echo 1 >"$cpu"
	done 2>/dev/null
	rm -rf "$tmp"
}

count_cpus()
{
	num_cpus=0
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		num_cpus=$((num_cpus + 1))
	done
	all_cpus=0
	[ "$num_cpus" = 1 ] || all_cpus=0-$((num_cpus - 1))
}

all_online()
{
	is /sys/devices/system/cpu/online "$all_cpus"
}

# need_cpus NUMBER [MOST]
need_cpus()
{
	if [ "$num_cpus" -lt "$1" ] || [ "$num_cpus" -gt "${2:-512}" ]; then
		ktap_skip_all "needs $1 CPUs${2:+ to $2}, there are $num_cpus"
	fi
}

mark=0
# sed commands that leave out what a test has caused on purpose.
log_expected=

# What the kernel logs from here on is looked at by log_is_clean.
mark_log()
{
	mark=$((mark + 1))
	echo "jailhouse test $$: mark $mark" >/dev/kmsg
}

# new_log: the kernel log since the mark; all of it, if the mark was overwritten.
new_log()
{
	dmesg >"$tmp/dmesg"
	if grep -q "jailhouse test $$: mark $mark\$" "$tmp/dmesg"; then
		sed -n "/jailhouse test $$: mark $mark\$/,\$p" "$tmp/dmesg" | sed 1d
	else
		cat "$tmp/dmesg"
	fi
}

log_alarms='WARNING:|BUG:|Oops|Call Trace|general protection|unchecked MSR|lockup|stall'
log_alarms="$log_alarms|nonexistent resource|possible (circular|recursive)"

log_is_clean()
{
	new_log | sed "$log_expected" | grep -E "$log_alarms" >"$tmp/log" || return 0
	while read -r line; do
		note "$line"
	done <"$tmp/log"
	return 1
}

# log_says TEXT: since the mark.
log_says()
{
	new_log | grep -qF -e "$1" || wrong "the kernel log does not say '$1'"
}

# wait_said TEXT: the same of what is about to be said.
wait_said()
{
	tries=100
	until new_log | grep -qF -e "$1"; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "nobody said '$1'" || return
		sleep 0.1
	done
}

# A test begins with a driver that is loaded, not enabled, and has no cells.
begin()
{
	[ -d "$J" ] || modprobe jailhouse 2>/dev/null || :
	[ -d "$J" ] || ktap_skip_all "there is no $J: the driver is not loaded"
	[ -x ./attr ] || ktap_skip_all "run make first"
	mkdir -p "$tmp"
	trap clean_up EXIT
	trap 'exit 130' INT TERM
	clean_up
	mkdir -p "$tmp"
	find_system
	use_iommu
	count_cpus
	mark_log
}

# reported INMATE TIMES: so often since the mark it has said that it is done, and nothing has
# failed. The hypervisor's log gets into the kernel's a moment later.
reported()
{
	tries=100
	while new_log | grep "INMATE $1: .*\(FAIL\|failed\)" >"$tmp/result"
	      [ "$(grep -c ": done, " "$tmp/result")" -lt "$2" ] && [ "$tries" != 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	if [ "$(grep -c ": done, .* ok, 0 failed" "$tmp/result")" = "$2" ] &&
		! grep -q FAIL "$tmp/result"; then
		return
	fi
	wrong "$(cat "$tmp/result")"
}
