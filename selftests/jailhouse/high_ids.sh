#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs with an APIC id that no pin and no message can name: whoever gives a cell one is told.

. ./lib.sh
begin
need_cpus 4
[ -e linked.cell ] || ktap_skip_all "run make first"
last=$((num_cpus - 1))
one=$C/one
id=$(sed -n 's/^apicid.*: //p' /proc/cpuinfo | tail -n 1)
[ "$id" -gt 254 ] || ktap_skip_all "the last CPU has the APIC id $id"

sentence="CPU $last has the APIC id $id: no pin, link, ivshmem or PCI device interrupts one above 254"

# linked_with CPUS
linked_with()
{
	mark_log
	./patchcell linked.cell "$tmp/linked.cell" cpus="$1" &&
		new_cell linked "$tmp/linked.cell" "$inmates/link.bin"
}

# Also before it is created.
told()
{
	hv_enable && linked_with $((1 << last | 2)) || return
	grep -qF "$sentence" "$C/linked/check" || wrong "$(cat "$C/linked/check")" || return
	put "$C/linked/state" create && log_says "cell linked: $sentence" && drop_cell linked
}

told_once()
{
	[ "$(new_log | grep -cF "has the APIC id")" = 1 ] || wrong "$(new_log)"
}

# Linux moves an interrupt when the next one comes: so that one arrives, wherever it is to go.
for_linux()
{
	modprobe virtio_mmio && modprobe virtio_net && echo auto >"$J/config" &&
		put "$J/links" 1 && put "$J/enabled" 1 || return
	net=$(echo /sys/bus/platform/devices/virtio-mmio.*/virtio*/net/*)
	irq=$(sed -n 's/^ *\([0-9]*\):.*jailhouse-pin.*/\1/p' /proc/interrupts)
	ip link set "${net##*/}" up && echo "$last" >"/proc/irq/$irq/smp_affinity_list" &&
		mkdir "$one" "$one/memory/ram" "$one/links/net" && put "$one/cpus" 1 &&
		echo 1M >"$one/memory/ram/size" && put "$one/links/net/peer" root &&
		copy "$inmates/pong.bin" "$one/image" && put "$one/enabled" 1 &&
		wait_is "$net/carrier" 1 && put "$one/state" kill && wait_is "$net/carrier" 0 &&
		put "$one/state" start && wait_is "$net/carrier" 1 || return
	get "/proc/irq/$irq/effective_affinity_list" || wrong "where it goes is not known" || return
	if [ -z "$value" ] || [ "$value" = "$last" ]; then
		wrong "it goes to CPU $value"
	fi
	put "$one/enabled" kill && rmdir "$one/memory/ram" "$one/links/net" "$one" &&
		put "$J/enabled" 0 && put "$J/links" 0 && all_online
}

# Without what interrupts nobody needs to know, and of others there is nothing to tell.
not_told()
{
	linked_with 2 && put "$C/linked/state" create && drop_cell linked &&
		./patchcell "$cells/tiny-demo.cell" "$tmp/tiny.cell" cpus=$((1 << last)) &&
		new_cell tiny-demo "$tmp/tiny.cell" && put "$C/tiny-demo/state" create || return
	! new_log | grep "has the APIC id" || wrong "that is told" || return
	drop_cell tiny-demo && hv_disable && all_online
}

cases()
{
	t "of a cell with a link, and one more CPU" told
	t "of that CPU alone" told_once
	t "of no other cell" not_told
	t "a pin of Linux's does not go to it" for_linux
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
