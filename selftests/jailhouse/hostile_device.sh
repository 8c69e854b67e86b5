#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Attacks with devices: DMA to every neighbour, whenever it can come; messages to CPUs of others,
# written from two CPUs; registers that move onto others; a device that goes on writing while its
# cell ends. With an IOMMU (scripts/vm --machine tcg --iommu intel, or amd) nothing gets through;
# without one DMA does, and the other attacks are made.

. ./lib.sh
begin
need_cpus 4
. ./devices.sh
need_devices

cell=$tmp/devices.cell
own_page=0x3be00000
neighbour_ram=0x3bd00000
free_ram=0x3bc00000
find_iommu

# dma ADDRESS reached|denied: by edu, while it is Linux's.
dma()
{
	found=$(./edu "$devices/$edu" "$1") || wrong "edu: $found" || return
	[ "$found" = "$2" ] || wrong "DMA to $1: $found, expected $2"
}

enabled()
{
	place_devices devices "$cell" || return
	./patchcell "$cells/tiny-demo.cell" "$tmp/neighbour.cell" mem0.phys="$neighbour_ram" ||
		return
	[ -z "$iommu_type" ] || iommu_translates "$tmp/iommu.cell"
	hv_enable && config_space "$tmp/before"
}

# Before, during and after each step of a cell's life, with a device that has been there before.
life_of_a_neighbour()
{
	last_page=$(printf '0x%x' $((neighbour_ram + 0xff000)))
	dma "$last_page" reached && new_cell tiny-demo "$tmp/neighbour.cell" &&
		put "$C/tiny-demo/state" create && dma "$last_page" denied &&
		put "$C/tiny-demo/state" start && dma "$last_page" denied &&
		copy "$inmates/tiny-demo.bin" "$C/tiny-demo/image" &&
		put "$C/tiny-demo/state" reload && dma "$last_page" denied &&
		put "$C/tiny-demo/state" kill && dma "$last_page" denied &&
		put "$C/tiny-demo/enabled" 0 && dma "$last_page" reached &&
		put "$C/tiny-demo/state" create && dma "$last_page" denied &&
		put "$C/tiny-demo/state" start && dma "$last_page" denied
}

# What a cell's device must not reach: memory of Linux, of the hypervisor, of another cell,
# configuration space, the IOMMU, an I/O APIC, registers of another device.
targets()
{
	[ -n "$iommu_type" ] || return
	mmconfig=$(sed -n 's/ *\([0-9a-f]*\)-.*PCI MMCONFIG.*/\1/p' /proc/iomem | head -n 1)
	echo "t0=$free_ram t1=0x3a800000 t2=0x3a001000 t3=$last_page t4=0x${mmconfig:-b0000000}" \
		"t5=$iommu_registers t6=0xfec00000 t7=$nic_bar"
}

# arguments NAME WORD...
arguments()
{
	name=$1
	shift
	mkdir "$C/$name/images/arguments" && echo "$*" >"$C/$name/images/arguments/data" &&
		put "$C/$name/images/arguments/address" 0x1000
}

attacked()
{
	mark_log
	new_cell devices "$cell" "$inmates/devices.bin" &&
		arguments devices "dma=$own_page victim=0 $(targets)" || return
	put "$C/devices/enabled" 1 && wait_is "$C/devices/state" "shut down" &&
		reported devices 1
}

# Linux tells of an interrupt that it does not expect.
nobody_interrupted()
{
	! new_log | grep "No irq handler" >"$tmp/result" || wrong "$(cat "$tmp/result")"
}

faults_counted()
{
	[ -n "$iommu_records" ] || return 0
	in_sysfs devices && get "$dir/statistics/dma_faults" || return
	[ "$value" -ge 1 ] || wrong "$value faults are counted"
}

drop_devices()
{
	put "$C/$1/enabled" 0 && rmdir "$C/$1/images/arguments" "$C/$1"
}

ended()
{
	drop_devices devices && as_before
}

# Its memory is clean when it is Linux's again, and stays so. A cell without the device that is
# reset: that would take longer than what is under way.
goes_on_writing()
{
	mark_log
	./patchcell "$cell" "$tmp/flood.cell" drop=mem5 drop=mem4 drop=pci1 &&
		new_cell devices "$tmp/flood.cell" "$inmates/devices.bin" &&
		arguments devices "mode=flood dma=$own_page" &&
		put "$C/devices/enabled" 1 || return
	tries=100
	until new_log | grep -q "edu writes without end"; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "it does not write" || return
		sleep 0.1
	done
	put "$C/devices/enabled" kill && sleep 0.3 || return
	found=$(dd if=/dev/mem bs=4096 skip=$((own_page / 4096)) count=1 2>/dev/null |
		tr -d '\000' | wc -c)
	[ "$found" = 0 ] || wrong "$found bytes came after it was scrubbed" || return
	rmdir "$C/devices/images/arguments" "$C/devices"
}

disabled()
{
	if [ -n "$iommu_type" ]; then
		dma own reached && dma "$last_page" denied && dma 0x3a800000 denied || return
	fi
	[ ! -e "$C/tiny-demo" ] || drop_cell tiny-demo || return
	hv_disable && all_online && dma 0x3a800000 reached
}

cases()
{
	t "enabled" enabled
	[ -z "$iommu_type" ] ||
		t "a neighbour is out of reach from its creation to its end" life_of_a_neighbour
	t "DMA, messages, BARs and configuration space of others" attacked
	t "nobody was interrupted" nobody_interrupted
	t "what was denied is counted" faults_counted
	t "the devices are as before" ended
	t "one that goes on writing while its cell ends" goes_on_writing
	t "disabled, which ends it" disabled
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
