#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Interrupts of Linux's own devices arrive whatever becomes of the hypervisor and of CPUs: those
# of QEMU's e1000e by its pin (a level) and by MSI-X, of a virtio card beside it by MSI-X, of edu by
# MSI (jailhouse-edu.ko is its driver), of a serial port by its pin (an edge). Beside an IOMMU of
# Intel's the hypervisor rewrites them, if Linux does not remap them itself, and beside one of AMD's
# those of PCI functions. And the card works for Linux's driver when a cell has had it.
#
# What a function sends that has come since is blocked, until the hypervisor is enabled anew. That is
# seen beside an IOMMU of AMD's: QEMU's one of Intel's lets the old format pass. And that of AMD's goes
# on blocking when it is off.

. ./lib.sh
begin
need_cpus 4

. ./devices.sh
cell=$C/nic

if ! modprobe virtio_pci || ! modprobe virtio_net; then
	ktap_skip_all "there is no virtio_net"
fi

# irqs: numbers of those of the card, in $value
irqs()
{
	value=$(awk -v name="^$card" '$NF ~ name { sub(":", "", $1); print $1 }' /proc/interrupts)
}

# driver MODE: that of the card, with its pin (0) or MSI-X (2)
driver()
{
	if ! modprobe -r e1000e || ! modprobe e1000e IntMode="$1"; then
		wrong "e1000e cannot be loaded"
		return
	fi
	card_is_up
}

card_is_up()
{
	set -- "$devices/$nic"/net/*
	card=${1##*/}
	# Without a name from somebody else it may be that of the other one.
	set -- "$devices"/0000:00:08.0/virtio*/net/*
	other=${1##*/}
	ip addr flush dev "$card" && ip addr add 10.75.0.1/24 dev "$card" &&
		ip link set "$card" up && ip link set "$other" up
}

modprobe e1000e || ktap_skip_all "there is no e1000e"
bar "$edu" 0; edu_bar=$value
place_edu
insmod jailhouse-edu.ko || ktap_skip_all "there is no jailhouse-edu.ko"

# counted NAME [CPU]: interrupts whose line ends with that name, on that CPU, or all, in $value
counted()
{
	value=$(awk -v name="$1" -v cpu="${2-}" '
		NR == 1 { cpus = NF }
		$NF ~ name {
			for (n = 0; n < cpus; n++)
				if (cpu == "" || n == cpu)
					sum += $(n + 2)
		}
		END { print sum + 0 }' /proc/interrupts)
}

# arrives NAME WHAT...: while that is done, interrupts of that name arrive
arrives()
{
	counted "$1"
	was=$value
	name=$1
	shift
	"$@" >/dev/null 2>&1
	tries=30
	until counted "$name" && [ "$value" -gt "$was" ]; do
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			grep "$name" /proc/interrupts
			wrong "no interrupt of $name"
			return
		fi
		sleep 0.1
	done
}

# Nobody answers, and so there is a question by broadcast for each, which the other card gets.
frames()
{
	ping -c 2 -W 1 10.75.0.9
}

line()
{
	echo "# a line" >/dev/ttyS1
}

raised()
{
	echo 1 >"$devices/$edu/raise"
}

all_arrive()
{
	arrives "^$card" frames && arrives "^virtio.-input" frames && arrives "^ttyS1" line &&
		arrives jailhouse-edu raised
}

# to_cpu N: those of the card, and that of edu
to_cpu()
{
	irqs
	edus=$(awk '$NF == "jailhouse-edu" { sub(":", "", $1); print $1 }' /proc/interrupts)
	for irq in $value $edus; do
		echo "$1" >"/proc/irq/$irq/smp_affinity_list" || return
	done
	all_arrive && counted "^$card" "$1" && before=$value && arrives "^$card" frames &&
		counted "^$card" "$1" || return
	[ "$value" -gt "$before" ] || wrong "interrupts of $card do not go to CPU $1" || return
	counted jailhouse-edu "$1" && before=$value && arrives jailhouse-edu raised &&
		counted jailhouse-edu "$1" || return
	[ "$value" -gt "$before" ] || wrong "edu's interrupt does not go to CPU $1"
}

enabled()
{
	hv_enable && all_arrive
}

rewritten()
{
	case ${iommu_type:-0} in
	# Where the driver does not say that, it is Linux who remaps.
	1) grep -q IR-IO-APIC /proc/interrupts || wait_said "translate and remap interrupts," ;;
	2) wait_said "translate and remap interrupts of PCI functions," ;;
	esac
}

elsewhere()
{
	to_cpu 2 && to_cpu 3 && to_cpu 1 && to_cpu 3
}

# The card's go to CPU 3, and Linux moves them.
cells_cpu()
{
	new_cell tiny-demo && put "$C/tiny-demo/state" create && all_arrive &&
		put "$C/tiny-demo/state" start && all_arrive || return
	drop_cell tiny-demo && all_arrive && to_cpu 3
}

offline()
{
	echo 0 >/sys/devices/system/cpu/cpu3/online && all_arrive &&
		echo 1 >/sys/devices/system/cpu/cpu3/online && to_cpu 3
}

# By MSI, whose registers are set up while it is enabled.
edu_anew()
{
	rmmod jailhouse_edu && insmod jailhouse-edu.ko && grep -q "MSI.*edu" /proc/interrupts ||
		wrong "edu has no MSI" || return
	all_arrive && to_cpu 2
}

# Interrupts of the card, before and after, say that one of edu's would have come. Linux places edu
# elsewhere, where only a machine that describes itself has a region.
edu_is_late()
{
	rmmod jailhouse_edu && put "$devices/$edu/remove" 1 && echo auto >"$J/config" &&
		put "$J/enabled" 1 && put /sys/bus/pci/rescan 1 && insmod jailhouse-edu.ko || return
	bar "$edu" 0; edu_bar=$value
	counted jailhouse-edu && before=$value && arrives "^$card" frames && raised &&
		arrives "^$card" frames && counted jailhouse-edu || return
	[ "${iommu_type:-0}" != 2 ] || [ "$value" = "$before" ] ||
		wrong "edu's interrupt was not blocked" || return
	hv_disable
}

pin()
{
	driver 0 && grep -q "IO-APIC.*fasteoi *$card" /proc/interrupts && all_arrive
}

msix()
{
	driver 2 && grep -q "MSI.*edge *$card" /proc/interrupts && all_arrive
}

disabled()
{
	hv_disable && all_arrive
}

# By MSI-X before, in the cell, and after.
lent()
{
	echo auto >"$J/config" && put "$J/enabled" 1 && driver 2 && all_arrive &&
		echo "$nic" >"$devices/$nic/driver/unbind" && mark_log &&
		mkdir "$cell" "$cell/memory/ram" "$cell/devices/$nic" && put "$cell/cpus" 3 &&
		put "$cell/memory/ram/size" 1M &&
		put "$cell/memory/ram/flags" "read write execute dma loadable" &&
		copy "$inmates/nic-demo.bin" "$cell/image" && put "$cell/enabled" 1 &&
		wait_said "answers at 10.74.0.2"
}

given_back()
{
	put "$cell/enabled" 0 && rmdir "$cell/memory/ram" "$cell/devices/$nic" "$cell" &&
		echo "$nic" >/sys/bus/pci/drivers/e1000e/bind && card_is_up && all_arrive &&
		to_cpu 3
}

cases()
{
	t "by a pin, without the hypervisor" pin
	t "while it is enabled" enabled
	t "as it says" rewritten
	t "to other CPUs" elsewhere
	t "while a CPU is a cell's, and when it is back" cells_cpu
	t "while a CPU is offline, and when it is back" offline
	t "by MSI-X, set up while it is enabled" msix
	t "to other CPUs" elsewhere
	t "while a CPU is a cell's, and when it is back" cells_cpu
	t "by MSI, set up while it is enabled" edu_anew
	t "when it is disabled" disabled
	t "by MSI, of a device that has come while it is enabled: none" edu_is_late
	t "when it is enabled with MSI-X in use" enabled
	t "by a pin, set up while it is enabled" pin
	t "when it is disabled again" disabled
	t "by MSI-X, of a machine that describes itself, until a cell has the card" lent
	t "when Linux's driver has it back" given_back
	t "and when it is disabled" disabled
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
