#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Attacks with devices: DMA to every neighbour, whenever it can come; messages to CPUs of others,
# written from two CPUs; registers that move onto others; a device that goes on writing while its
# cell ends. With an IOMMU (scripts/vm --machine tcg --iommu intel, or amd) nothing gets through;
# without one DMA does, and the other attacks are made.
#
# What a device writes by DMA to the APICs' addresses, QEMU's IOMMUs take for messages without a
# source. Intel's gives all who send them each entry that its table has, and lets the old format
# pass, to any CPU; for AMD's they are an I/O APIC's. So what is sent here by DMA names entries of
# cells, of Intel's unit. That an entry is one function's is seen where Linux has interrupts remapped
# and its NIC names a cell's by MSI-X, which has a source; that the old format is blocked, by unit
# tests (test_vtd_rewrite, test_amdvi_interrupts), and of AMD's by careless.sh.

. ./lib.sh
begin
need_cpus 4
. ./devices.sh
need_devices

cell=$tmp/devices.cell
own_page=0x3be00000
neighbour_ram=0x3bd00000
free_ram=0x3bc00000
last_page=$(printf '0x%x' $((neighbour_ram + 0xff000)))
# In the middle of it, where nothing is.
hypervisor=0x3a800000
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
	./patchcell neighbour.cell "$tmp/neighbour.cell" name=tiny-demo cpus=0x4 \
		mem0.phys="$neighbour_ram" || return
	[ -z "$iommu_type" ] || iommu_translates "$tmp/iommu.cell"
	hv_enable && stay_on_first_cpu && config_space "$tmp/before"
}

# Before and after each step of a cell's life, with a device that has been there before.
life_of_a_neighbour()
{
	dma "$last_page" reached && new_cell tiny-demo "$tmp/neighbour.cell" &&
		put "$C/tiny-demo/state" create && dma "$last_page" denied &&
		put "$C/tiny-demo/state" start && dma "$last_page" denied &&
		put "$C/tiny-demo/state" stop && dma "$last_page" denied &&
		copy "$inmates/tiny-demo.bin" "$C/tiny-demo/image" &&
		put "$C/tiny-demo/state" reload && dma "$last_page" denied &&
		put "$C/tiny-demo/state" kill && dma "$last_page" denied &&
		put "$C/tiny-demo/enabled" 0 && dma "$last_page" reached
}

# During them: it writes all the time what an inmate looks for in its RAM.
while_it_writes()
{
	./edu "$devices/$edu" $((neighbour_ram + 0xc8000)) flood &
	writer=$!
	copy "$inmates/ram.bin" "$C/tiny-demo/image"
	for step in create start reload kill start; do
		put "$C/tiny-demo/state" "$step" || break
		sleep 0.15
		wait_is "$C/tiny-demo/state" "shut down" || break
	done
	kill "$writer"
	wait "$writer" 2>/dev/null
	reported ram 3 && copy "$inmates/tiny-demo.bin" "$C/tiny-demo/image" &&
		put "$C/tiny-demo/state" start && dma "$last_page" denied
}

# Without an IOMMU it is there to be hit.
neighbour_without_iommu()
{
	new_cell tiny-demo "$tmp/neighbour.cell" && put "$C/tiny-demo/enabled" 1 &&
		dma "$last_page" reached
}

# What a cell's device must not reach: memory of Linux, of the hypervisor, of another cell, the
# comm page, configuration space, the IOMMU, an I/O APIC, registers of another device. Without an
# IOMMU it reaches memory; and the APICs, which make an interrupt of what is written to them.
targets()
{
	if [ -z "$iommu_type" ]; then
		echo "r0=$free_ram r1=$last_page"
		return
	fi
	mmconfig=$(sed -n 's/ *\([0-9a-f]*\)-.*PCI MMCONFIG.*/\1/p' /proc/iomem | head -n 1)
	echo "t0=$free_ram t1=$hypervisor t2=0x100800 t3=$last_page t4=0x${mmconfig:-b0000000}" \
		"t5=$iommu_registers t6=0xfec00000 t7=$nic_bar"
}

# Messages of a device's own making. In the table of Intel's units the first function of a cell has
# the entries behind those of the I/O APIC's 24 pins, which begin at 6144. With AMD's, what is no
# fixed interrupt is among them: where it is not looked at, as with careless.sh, only these stop it.
messages()
{
	case ${iommu_type:-0} in
	1) ! remapped || echo "entries=6168" ;;
	2) echo "modes=1" ;;
	esac
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
		arguments devices "dma=$own_page victim=0 $(targets) $(messages)" || return
	put "$C/devices/enabled" 1 && wait_end && reported devices 1
}

# A cell that the attack ends has nothing more to say.
wait_end()
{
	tries=100
	while get "$C/devices/state" && [ "$value" = running ] && [ "$tries" != 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	is "$C/devices/state" "shut down"
}

# Linux's device names an entry of the cell's, 6169, and it is not the device's.
named_by_linux()
{
	mark_log
	./edu "$devices/$edu" 0xfee30330 message && wait_said "was denied to interrupt by 0x1819" &&
		nobody_interrupted
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
	[ "$value" -ge 1 ] || wrong "$value faults are counted" || return
	# Whose they were, QEMU's unit does not know.
	[ "$iommu_type:$(messages)" = 1: ] || wait_said "was denied to interrupt by 0x"
}

drop_devices()
{
	put "$C/$1/enabled" 0 && rmdir "$C/$1/images/arguments" "$C/$1"
}

ended()
{
	drop_devices devices && as_before
}

# The NIC, which is Linux's now, names edu's entry, which is in use. Messages by MSI-X have a source.
# Where Linux does not know of remapping, the hypervisor does not send what it writes.
named_by_nic()
{
	command=$((0x$(dword "$nic" 4) & 0xffff))
	set_word "$nic" 4 6 && set_word "$nic" 162 0x8000 &&
		devmem "$table" 32 0xfee30310 && devmem $((table + 4)) 32 0 &&
		devmem $((table + 8)) 32 0 && devmem $((table + 12)) 32 0 &&
		devmem $((nic_bar + 0xe4)) 32 8 && devmem $((nic_bar + 0xd0)) 32 0x100000 &&
		devmem $((nic_bar + 0xc0)) 32 0xffffffff &&
		devmem $((nic_bar + 0xc8)) 32 0x100000 || wrong "the NIC cannot be set up" || return
	! grep -q IR-IO-APIC /proc/interrupts ||
		wait_said "PCI function 00:07.0 was denied to interrupt by 0x1818" || return
	sleep 0.1
	set_word "$nic" 162 0 && set_word "$nic" 4 "$command" || return
	! new_log | grep FAIL >"$tmp/result" || wrong "$(cat "$tmp/result")"
}

# A cell without the device that is reset: that would take longer than what is under way.
writes_without_end()
{
	mark_log
	./patchcell "$cell" "$tmp/flood.cell" drop=mem5 drop=mem4 drop=pci1 &&
		new_cell devices "$tmp/flood.cell" "$inmates/devices.bin" &&
		arguments devices "mode=flood dma=$own_page $(messages)" &&
		put "$C/devices/enabled" 1 && wait_said "edu writes without end"
}

# Its memory is clean when it is Linux's again, and stays so.
goes_on_writing()
{
	put "$C/devices/enabled" kill && sleep 0.3 || return
	found=$(dd if=/dev/mem bs=4096 skip=$((own_page / 4096)) count=1 2>/dev/null |
		tr -d '\000' | wc -c)
	[ "$found" = 0 ] || wrong "$found bytes came after it was scrubbed" || return
	rmdir "$C/devices/images/arguments" "$C/devices"
}

disabled()
{
	if [ -n "$iommu_type" ]; then
		dma own reached && dma "$last_page" denied && dma "$hypervisor" denied || return
	fi
	put "$J/enabled" kill && all_online && dma "$hypervisor" reached &&
		dma "$last_page" reached && rmdir "$C/tiny-demo"
}

cases()
{
	t "enabled" enabled
	if [ -n "$iommu_type" ]; then
		t "a neighbour is out of reach from its creation to its end" life_of_a_neighbour
		t "and while that comes" while_it_writes
	else
		t "a neighbour is within reach" neighbour_without_iommu
	fi
	t "DMA, messages, BARs and configuration space of others" attacked
	t "nobody was interrupted" nobody_interrupted
	t "what was denied is counted" faults_counted
	t "the devices are as before" ended
	case $(messages) in
	entries*) t "Linux's device names an entry of cells" named_by_linux ;;
	esac
	t "one that writes without end" writes_without_end
	case $(messages) in
	entries*) t "Linux's device names an entry that it has" named_by_nic ;;
	esac
	t "one that goes on writing while its cell ends" goes_on_writing
	t "disabled, which ends it" disabled
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
