#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Configurations that are wrong, and a machine that lacks something: refused with
# the errno that fits and a reason that names the entry. Nothing changes, nothing
# leaks, and the next good attempt works.

. ./lib.sh
begin
need_cpus 4

tiny_config=$cells/tiny-demo.cell
apic_config=$cells/apic-demo.cell
cell=$C/tiny-demo
used=
linux_cpus=$all_cpus
neighbour=none

patch()
{
	./patchcell "$@" || wrong "patchcell $*"
}

# field OFFSET SIZE FILE: a field of a configuration.
field()
{
	value=$(od -A n -t u"$2" -j "$1" -N "$2" "$3")
	value=$((value))
}

# The places of what the good configurations hold, to aim at them.
survey()
{
	field 24 8 "$system"
	hv_start=$value
	field 40 8 "$system"
	hv_size=$value
	[ "$hv_start" != 0 ] && [ "$hv_size" != 0 ]
}

# Between the cases: the machine is as it was, and a good attempt works.
unchanged()
{
	is "$S/mem_pool_used" "$used"
	is /sys/devices/system/cpu/online "$linux_cpus"
	for dir in "$S"/cells/*; do
		get "$dir/name"
		case "${dir##*/} $value" in
		"0 "* | *" $neighbour") ;;
		*) note "$dir should not be there" ;;
		esac
	done
}

good_attempt()
{
	copy "$tiny_config" "$cell/config" && put "$cell/enabled" 1 &&
		is "$cell/state" running && put "$cell/enabled" 0
}

# refused_at_once ERRNO WORD: a blob that is wrong by itself. It is named as soon
# as it is written, and makes the start fail until a good one comes.
refused_at_once()
{
	attr copy "$cell/config" "$tmp/bad.cell"
	reason "$cell" "$2"
	refused "$1" "$cell" "$2" write "$cell/enabled" 1
	refused "$1" "$cell" "$2" write "$cell/state" create
	works write "$cell/state" stop
	is "$cell/enabled" 0
	unchanged
	good_attempt
}

# cell_blob ERRNO WORD EDIT...: tiny-demo's configuration, changed.
cell_blob()
{
	errno=$1
	word=$2
	shift 2
	patch "$tiny_config" "$tmp/bad.cell" "$@" && refused_at_once "$errno" "$word"
}

# cell_misfit ERRNO WORD EDIT...: well-formed, but not for this machine.
cell_misfit()
{
	errno=$1
	word=$2
	shift 2
	patch "$tiny_config" "$tmp/bad.cell" "$@" || return
	attr copy "$cell/config" "$tmp/bad.cell"
	refused "$errno" "$cell" "$word" write "$cell/enabled" 1
	refused "$errno" "$cell" "$word" write "$cell/state" create
	is "$cell/enabled" 0
	unchanged
	good_attempt
}

empty_blob()
{
	: >"$tmp/bad.cell"
	refused_at_once "$1" "$2"
}

# Text is not a configuration, and neither is a file of the right kind for
# somebody else.
other_file()
{
	cp "$1" "$tmp/bad.cell"
	refused_at_once "$2" "$3"
}

# system_blob ERRNO WORD EDIT...: the system's configuration, changed.
system_blob()
{
	errno=$1
	word=$2
	shift 2
	patch "$system" "$tmp/bad.cell" "$@" || return
	attr copy "$J/config" "$tmp/bad.cell"
	refused "$errno" "$J" "$word" write "$J/enabled" 1
	is "$J/enabled" 0
	is "$S/enabled" 0
	all_online
	hv_enable && is "$S/mem_pool_used" "$used" && hv_disable
}

# The last good one stays readable after a bad one.
bad_does_not_replace()
{
	patch "$tiny_config" "$tmp/bad.cell" revision=9
	attr copy "$cell/config" "$tmp/bad.cell"
	cmp "$cell/config" "$tiny_config" || wrong "the good configuration is gone"
	copy "$tiny_config" "$cell/config"
}

wrong_name()
{
	mkdir "$C/other" || return
	attr copy "$C/other/config" "$tiny_config"
	refused EINVAL "$C/other" tiny-demo write "$C/other/enabled" 1
	rmdir "$C/other"
	unchanged
}

prepare()
{
	new_cell tiny-demo && new_cell apic-demo && survey && hv_enable &&
		get "$S/mem_pool_used" && used=$value && good_attempt && unchanged
}

with_apic_demo()
{
	# It is never started, so that it does not lock the configuration.
	put "$C/apic-demo/state" create && get "$S/mem_pool_used" && used=$value
	get /sys/devices/system/cpu/online && linux_cpus=$value
	neighbour=apic-demo
	apic_cpus=$(od -A n -t u8 -j 120 -N 8 "$apic_config")
	apic_ram=$(od -A n -t u8 -j 128 -N 8 "$apic_config")
	apic_cpus=$((apic_cpus))
	apic_ram=$((apic_ram))
	[ "$apic_cpus" != 0 ] && [ "$apic_ram" != 0 ]
}

taken_cpu()
{
	cell_misfit EBUSY CPU "cpus=$apic_cpus"
}

taken_ram()
{
	cell_misfit EBUSY "memory region 0" "mem0.phys=$apic_ram"
}

without_apic_demo()
{
	linux_cpus=$all_cpus
	neighbour=none
	put "$C/apic-demo/enabled" 0 && get "$S/mem_pool_used" && used=$value &&
		all_online
}

no_firmware()
{
	hv_disable || return
	mv "$firmware" "$firmware.away" || return
	refused ENOENT "$J" "'make install' puts it there" write "$J/enabled" 1
	mv "$firmware.away" "$firmware"
	is "$J/enabled" 0
	all_online
	hv_enable && is "$S/mem_pool_used" "$used" && hv_disable
}

# damaged ERRNO BYTES: only so much of the firmware file is there.
damaged()
{
	cp "$firmware" "$firmware.away" || return
	head -c "$2" "$firmware.away" >"$firmware"
	refused "$1" "$J" "$image" write "$J/enabled" 1
	mv "$firmware.away" "$firmware"
	is "$J/enabled" 0
	hv_enable && hv_disable
}

# The version stands behind nine fields of the header.
other_version()
{
	cp "$firmware" "$firmware.away" || return
	printf 9.9 | dd of="$firmware" bs=1 seek=72 conv=notrunc 2>/dev/null
	refused EPROTONOSUPPORT "$J" "$image is of version 9.9" write "$J/enabled" 1
	mv "$firmware.away" "$firmware"
	is "$J/enabled" 0
	hv_enable && hv_disable
}

# Linux refuses to take a CPU offline while what it promised to deadline tasks
# would no longer fit.
stubborn_cpu()
{
	mkfifo "$tmp/hold"
	sleep 1000 >"$tmp/hold" &
	holder=$!
	i=0
	while [ "$i" -lt "$num_cpus" ]; do
		./attr deadline 90 <"$tmp/hold" >"$tmp/deadline$i" &
		wait_is "$tmp/deadline$i" ok
		i=$((i + 1))
	done
	refused EBUSY "$cell" "CPU" write "$cell/enabled" 1
	unchanged
	kill "$holder"
	wait
	rm "$tmp/hold"
	good_attempt && unchanged
}

cases()
{
	t "prepared: enabled, a good cell works" prepare

	t "empty cell configuration" empty_blob ENODATA config
	t "a text file as a cell configuration" other_file /proc/modules EILSEQ signature
	t "the system configuration as a cell configuration" other_file "$system" EILSEQ signature
	t "truncated in its head" cell_blob EMSGSIZE "" size=100
	t "truncated in its last array" cell_blob EMSGSIZE "" size=180
	t "longer than it says" cell_blob EMSGSIZE "" size=4096
	t "total length too small" cell_blob EMSGSIZE "" total=100
	t "total length too large" cell_blob EMSGSIZE "" total=100000
	t "total length beyond 32 bits of anything" cell_blob EMSGSIZE "" total=0xffffffff
	t "larger than a configuration may be" cell_blob EFBIG "" size=0x40001
	t "another revision" cell_blob EPROTONOSUPPORT revision revision=2
	t "wrong checksum" cell_blob EBADMSG checksum checksum=1
	t "wrong signature" cell_blob EILSEQ signature signature=JHCELX
	t "more memory regions than there may be" cell_blob E2BIG "memory" memory=0xffffffff
	t "as many memory regions as overflow 32 bits" cell_blob E2BIG "memory" memory=0x8000001
	t "one memory region more than there is" cell_blob EMSGSIZE "" memory=100
	t "too many interrupt chips" cell_blob E2BIG "" irqchips=0xffffffff
	t "too many port regions" cell_blob E2BIG "" pio=0x20000000
	t "too many PCI devices" cell_blob E2BIG "" pci=0x10000000
	t "a CPU set of odd size" cell_blob EINVAL CPU cpu_set_size=7
	t "an unknown flag" cell_blob EINVAL flag flags=0x80000000
	t "no CPU at all" cell_blob EINVAL CPU cpus=0
	t "an empty name" cell_blob EINVAL name name=
	t "a name with a slash" cell_blob EINVAL name name=tiny/demo
	t "the name of another directory" wrong_name
	t "unaligned memory" cell_blob EINVAL "memory region 0" mem0.phys=0x3bf00800
	t "memory of odd size" cell_blob EINVAL "memory region 0" mem0.size=0x801
	t "memory of no size" cell_blob EINVAL "memory region 0" mem0.size=0
	t "memory beyond the last address" cell_blob EOVERFLOW "memory region 0" mem0.phys=0xfffffffffffff000
	t "memory at a guest address beyond the last" cell_blob EOVERFLOW "memory region 0" mem0.virt=0xfffffffffffff000
	t "an unknown memory flag" cell_blob EINVAL "memory region 0" mem0.flags=0x8007
	t "regions that overlap in the cell" cell_blob EADDRINUSE "memory region" mem1.virt=0x1000
	t "ports beyond the last" cell_blob EOVERFLOW port pio0.base=0xffff
	t "more ports than there are" cell_blob EOVERFLOW port pio0.length=0xffffffff
	t "a bad configuration does not replace a good one" bad_does_not_replace

	t "memory of the hypervisor" cell_misfit EADDRINUSE "memory region 0" "mem0.phys=$hv_start"
	t "memory that ends in the hypervisor's" cell_misfit EADDRINUSE "memory region 0" mem0.phys=$((hv_start + hv_size - 4096))
	t "memory that Linux uses" cell_misfit EADDRNOTAVAIL "memory region 0" mem0.phys=0x8000000
	t "memory that the kernel is in" cell_misfit EADDRINUSE "in use by Kernel rodata" mem0.phys=0x2000000
	t "memory that is not the root cell's" cell_misfit ENXIO "memory region 0" mem0.phys=0x7ff00000000
	t "a CPU that does not exist" cell_misfit ENODEV "CPU 40" cpus=0x10000000000
	t "CPU 0" cell_misfit EINVAL "CPU 0" cpus=1
	t "all CPUs of the root cell" cell_misfit EBUSY CPU cpus=$(((1 << num_cpus) - 1))
	t "ports that are not the root cell's" cell_misfit ENXIO port pio0.base=0xcf8
	t "a CPU that will not go offline" stubborn_cpu

	t "apic-demo created beside it" with_apic_demo
	t "a CPU that is taken" taken_cpu
	t "memory that is taken" taken_ram
	t "a good cell works beside it" good_attempt
	t "apic-demo destroyed" without_apic_demo

	t "no firmware file" no_firmware
	t "a firmware file that is cut short" damaged ENOEXEC 5000
	t "an empty firmware file" damaged ENOEXEC 0
	t "a firmware file of another version" other_version
	t "system: truncated" system_blob EMSGSIZE "" size=300
	t "system: too long" system_blob EMSGSIZE "" size=100000
	t "system: another revision" system_blob EPROTONOSUPPORT revision revision=7
	t "system: wrong checksum" system_blob EBADMSG checksum checksum=77
	t "system: wrong signature" system_blob EILSEQ signature signature=JHCELL
	t "system: more memory regions than there may be" system_blob E2BIG memory root.memory=0x8000001
	t "system: too little hypervisor memory" system_blob ENOSPC "hypervisor memory" hv.size=0x10000
	t "system: hypervisor memory that Linux uses" system_blob EADDRNOTAVAIL "not reserved" mem4.size=0x200000 hv.phys=0x3e400000 hv.size=0x1c00000
	t "system: hypervisor memory that is the root cell's too" system_blob EADDRINUSE "memory region" hv.phys=0x1000000
	t "system: hypervisor memory of odd size" system_blob EINVAL "hypervisor memory" hv.size=0x100800
	t "the kernel log has no warning" log_is_clean
}

survey
ktap_run cases
