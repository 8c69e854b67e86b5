# shellcheck shell=bash disable=SC2154,SC2034 # names of vm
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by vm: QEMU, with KVM or without, and how it is started.

tcg_model=EPYC,+svm,+npt,+x2apic

# On Debian 12 it is that of 13, with what belongs to it.
choose_qemu()
{
	local root

	qemu=(qemu-system-x86_64)
	[ "$machine" = tcg ] || return 0
	: "${model:=$tcg_model}"
	[ -z "$x2apic" ] || { host_time=y; iommu=intel; }
	[ "$host_suite" = bookworm ] || return 0
	root=$(suite_dir trixie)/root
	qemu=("$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu"
		-L "$root/usr/share/seabios")
}

# Devices behind others, which can be taken out as on a real machine: a NIC behind a port with
# access control (ACS); one with two functions; two behind a switch, whose ports have none; one
# behind a bridge to conventional PCI; one that has virtual functions.
options_bridges()
{
	local n

	options+=(-global "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off")
	for n in 1 2 3 4 5; do
		options+=(-device "pcie-root-port,id=port$n,chassis=$n,slot=$n,addr=$(printf %x $((8 + n)))")
	done
	options+=(-netdev "hubport,id=ports,hubid=0"
		-device "e1000e,bus=port1,netdev=ports,mac=02:00:00:00:01:00,romfile="
		-device "e1000e,bus=port2,addr=0.0,multifunction=on,romfile="
		-device "e1000e,bus=port2,addr=0.1,romfile="
		-device "x3130-upstream,id=up,bus=port3"
		-device "xio3130-downstream,id=down1,bus=up,chassis=6,slot=6"
		-device "xio3130-downstream,id=down2,bus=up,chassis=7,slot=7"
		-device "e1000e,bus=down1,romfile=" -device "e1000e,bus=down2,romfile="
		-device "pcie-pci-bridge,id=old,bus=port4" -device "e1000,bus=old,addr=1,romfile="
		-device "igb,bus=port5,romfile=")
}

# Machines of QEMU. The one of KVM has none of its paravirtual interfaces, since their
# hypercalls would not get through to KVM once Linux is a root cell.
options_kvm()
{
	options=(-machine "pc,accel=kvm" -cpu "host,kvm=off,+vmx"
		-drive "file=disk.img,format=raw,if=ide")
}

# Time is counted instructions, and nothing else comes in from outside: a run is the same
# each time. An IOMMU that remaps interrupts does not go with that.
options_tcg()
{
	local clock=(-accel "tcg,thread=single" -icount "shift=4,sleep=off"
		-rtc "clock=vm,base=2020-01-01")

	[ -z "$host_time" ] || clock=(-accel tcg)
	options=(-machine q35 "${clock[@]}" -seed 1 -cpu "$model"
		-device "edu,addr=5,dma_mask=0xffffffffffffffff"
		-device "piix3-usb-uhci,addr=6" -device pvpanic
		-netdev "hubport,id=cells,hubid=0" -netdev "hubport,id=linuxs,hubid=0"
		-device "e1000e,addr=7,netdev=cells,mac=02:00:00:00:07:02,romfile="
		-device "virtio-net-pci,addr=8,netdev=linuxs,mac=02:00:00:00:07:01,romfile="
		-kernel "$cache/root/boot/vmlinuz-$release" -initrd initrd
		-append "$(kernel_arguments)")
	[ -z "$bridges" ] || options_bridges
	case $iommu in
	intel)	options+=(-device "intel-iommu,intremap=on${x2apic:+,eim=on}") ;;
	intel-dma) options+=(-device "intel-iommu,intremap=off") ;;
	# It cannot be moved. A card with virtual functions stands on bus 0, where it knows them.
	amd)	options+=(-device "amd-iommu,intremap=on"); snapshots=
		[ -n "$bridges" ] || options+=(-device "igb,addr=d,romfile=") ;;
	esac
	[ "$pc_firmware" = bios ] || options+=(-bios /usr/share/ovmf/OVMF.fd)
}

# As many CPUs as are wanted. The last one may have an APIC id of its own: then it stands in a socket
# of its own, behind empty ones.
options_cpus()
{
	if [ -z "$last_apic_id" ]; then
		options+=(-smp "$cpus,threads=$threads")
		return
	fi
	options+=(-smp "$((cpus - 1)),cores=1,threads=1,sockets=$((last_apic_id + 1)),maxcpus=$((last_apic_id + 1))"
		-device "${model%%,*}-x86_64-cpu,socket-id=$last_apic_id,core-id=0,thread-id=0")
}

# keep_snapshot OPTION...: how the machine that these make stood once it had booted is kept,
# or will be. What differs from run to run is not among them.
keep_snapshot()
{
	local key

	key=$({ echo "$base_sum"; "${qemu[0]}" --version; printf '%s\n' "$@"; } |
		sha256sum | cut -c 1-16)
	snapshot=$build/vm/snapshot-$key
	monitor=("$lib/vm-monitor" "$snapshot")
}

limit_time()
{
	if [ "$machine" = tcg ]; then
		limit_cpu_time
	elif [ -n "$timeout" ]; then
		limit=(timeout --foreground "$timeout")
	fi
}

qemu()
{
	local options limit=() monitor=()

	limit_time
	"options_$machine"
	[ -n "$restart" ] || options+=(-no-reboot)
	options_cpus
	options+=(-nodefaults -display none -m 1G
		-chardev "file,id=e9,path=e9" -device "isa-debugcon,iobase=0xe9,chardev=e9"
		-serial "file:com1")
	if [ "$machine" = tcg ]; then
		if [ -n "$snapshots" ]; then
			options+=(-action panic=pause)
			keep_snapshot "${options[@]}"
		else
			options+=(-action panic=none)
		fi
		options+=(-fw_cfg "name=opt/jailhouse/project,file=project.cpio"
			-fw_cfg "name=opt/jailhouse/run,file=overlay.cpio")
	fi
	[ -z "$gdb" ] || options+=(-gdb "unix:gdb,server=on,wait=on")
	exec "${limit[@]}" setpriv --pdeathsig KILL "${monitor[@]}" \
		"${qemu[@]}" "${options[@]}" "$@" 2>emulator.txt
}

run_qemu()
{
	qemu -serial file:com2 </dev/null
}

shell_qemu()
{
	qemu -chardev stdio,id=com2,signal=off,logfile=serial2.txt -serial chardev:com2
}
