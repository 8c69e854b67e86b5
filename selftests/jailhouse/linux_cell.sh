#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An unmodified Linux in a cell: to user space on all its CPUs, where it answers what is typed at
# its console and who is at the other end of its link, this Linux; power-off by its button when it
# is asked to shut down, once more by `start`, power-off by itself, restart, panic. Its kernel and
# its initrd are made by scripts/lib/cell-initrd, and Linux leaves 128 MiB at 0x30000000 alone.

. ./lib.sh
. ./linux_guest.sh
begin
need_cpus 4

kernel=${LINUX_KERNEL:-/root/linux/first/vmlinuz}
initrd=${kernel%/*}/initrd
[ -e "$kernel" ] || ktap_skip_all "there is no $kernel"
cell=$C/linux-demo
config=$cells/linux-demo.cell

# As the page has its reader do it.
linked_root()
{
	listing linux-cell.txt "The network" 1 >"$tmp/network" || return
	sh -e "$tmp/network" >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")" || return
	net=eth0
	device=$(readlink -f "/sys/class/net/$net/device")
	device=${device##*/}
}

address()
{
	ip address add 10.73.0.1/24 dev "$net" && ip link set "$net" up
}

# tell_by_command WORD: of which it ends
tell_by_command()
{
	{ echo "$1" && wait_is "$cell/state" "shut down" 300; } | jailhouse console linux-demo \
		>"$tmp/shown" 2>"$tmp/said" || wrong "$(cat "$tmp/said")" || return
	grep -q "CELL heard $1" "$tmp/shown" || wrong "shown: $(cat "$tmp/shown")"
}

# Before it is created, a directory has whatever was written, or nothing: the command writes it.
first()
{
	mkdir "$cell" && boots && cmp "$config" "$cell/config" && awaits_word &&
		says "CELL cpus 2" && has_no_warning && in_sysfs linux-demo || return
	ktap_print "# up to its first program: $(printf %s "$text" | sed -n 's/.*, up \(.* s\).*/\1/p')"
	ktap_print "# $(jailhouse cell stats linux-demo | tr -s ' \n' ' ')"
}

# What was typed at it came by interrupts, which a console without a pin has none of.
console_interrupts()
{
	tell interrupts && awaits_word || return
	printf '%s\n' "$text" | grep -q ':.* [1-9][0-9]* .*IO-APIC.*ttyS0' ||
		wrong "its console has: $text"
}

# A node that this kernel passes over, and shows as it is.
is_told()
{
	asks node "CELL node 0x6 of version 2: 2 CPUs"
}

# apic-demo locks the configuration, and is there until the link has been used.
pings()
{
	start_cell apic-demo && wait_is "$C/apic-demo/state" "running/locked" &&
		wait_is "/sys/class/net/$net/carrier" 1 || return
	ping -c 5 -w 30 10.73.0.2 >"$tmp/ping" || wrong "$(tail -n 3 "$tmp/ping")" || return
	asks ping "5 packets received"
}

# As soon as it listens.
sends()
{
	tries=100
	until nc 10.73.0.2 7 <"$1"; do
		tries=$((tries - 1))
		[ "$tries" != 0 ] || wrong "nobody takes what is sent" || return
		sleep 0.1
	done
}

copies()
{
	dd if=/dev/urandom of="$tmp/data" bs=1M count=16 2>/dev/null &&
		sum=$(sha256sum <"$tmp/data") || return
	tell receive && sends "$tmp/data" && awaits_word && says "CELL received $sum" || return
	rm "$tmp/data"
	is "$C/apic-demo/state" "running/locked" && put "$C/apic-demo/enabled" kill &&
		rmdir "$C/apic-demo"
}

# Each end sees whether the other one is there.
carrier_goes()
{
	asks carrier "CELL carrier 1" &&
		put /sys/bus/virtio/drivers/virtio_net/unbind "$device" &&
		asks carrier "CELL carrier 0" &&
		put /sys/bus/virtio/drivers/virtio_net/bind "$device" && address &&
		asks carrier "CELL carrier 1"
}

asked()
{
	tell button && console_ends "CELL waits " && put "$cell/timeout_ms" 30000 &&
		put "$cell/state" stop && is "$cell/state" "shut down" &&
		is "/sys/class/net/$net/carrier" 0 || return
	# What it printed comes to the log within a tenth of a second.
	sleep 0.3
	log_says "CELL pressed"
}

# While Linux runs: what was not created so cannot be told to Linux.
of_another_config()
{
	./patchcell "$config" "$tmp/other.cell" flags=0x61 || wrong "patchcell" || return
	refused "$kernel" "destroy it first" "$tmp/other.cell" && is "$cell/state" running
}

again()
{
	put "$cell/state" start && awaits_word && of_another_config &&
		tell_by_command restart && is "$cell/state" "shut down"
}

# Configured only, with another configuration. It panics and restarts, which ends it.
configured()
{
	works write "$cell/enabled" 0 && copy "$tmp/other.cell" "$cell/config" && boots panic=1 &&
		cmp "$config" "$cell/config" && awaits_word && tell panic &&
		wait_is "$cell/state" "shut down" 1200 || return
	log_expected='/\[linux-demo\].*Call Trace/d'
	log_says "Kernel panic - not syncing: Attempted to kill init" &&
		log_says "Rebooting in 1 seconds"
}

# What was staged for earlier starts is gone.
one_set()
{
	set -- "$cell"/images/*
	[ $# = 5 ] || wrong "$# images: $*"
}

# What runs is not stopped before all is staged: here, where nothing can be.
not_staged()
{
	fake=$tmp/fake/cells/linux-demo
	mkdir -p "$fake" && echo 1 >"$tmp/fake/enabled" && echo 1 >"$fake/enabled" &&
		echo running >"$fake/state" && : >"$fake/images" &&
		cp "$config" "$fake/config" || return
	(export JAILHOUSE_CONFIGFS="$tmp/fake" && refused "$kernel" "cannot make") &&
		is "$fake/state" running
}

# refused KERNEL SENTENCE [CONFIG [OPTION...]]
refused()
{
	refused_kernel=$1
	sentence=$2
	refused_config=${3:-$config}
	shift 2
	[ $# = 0 ] || shift
	! jailhouse cell linux "$refused_config" "$refused_kernel" "$@" 2>"$tmp/said" ||
		wrong "it was started" || return
	grep -q "$sentence" "$tmp/said" || wrong "said: $(cat "$tmp/said")"
}

bad_files()
{
	refused /bin/busybox "no kernel" && refused "$config" "too short" &&
		refused /root/none "cannot read"
	refused "$kernel" "no loadable memory region" "$cells/apic-demo.cell"
	refused "$kernel" "command line is too long" "$config" \
		-c "$(printf '%04000d' 0)"
	truncate -s 200M "$tmp/large" &&
		refused "$kernel" "does not fit: .* would have to end at 0x" \
			"$cells/linux-demo.cell" -i "$tmp/large"
	[ ! -d "$C/apic-demo" ] || wrong "something is left of it" || return
	[ ! -d "$cell" ] || wrong "something is left of it"
}

while_disabled()
{
	refused "$kernel" "not enabled" || return
	[ ! -d "$cell" ] || wrong "something is left of it"
}

gone()
{
	works write "$cell/enabled" 0 && rmdir "$cell"/images/* "$cell" && all_online
}

# What is no Linux, but has a multiboot header: it gets a command line, an initrd and ACPI tables.
multiboot()
{
	printf 0123456789 >"$tmp/module"
	cp "$inmates/multiboot.elf" "$tmp/program.elf"
	jailhouse cell linux "$config" "$tmp/program.elf" -i "$tmp/module" \
		-c "one two" >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")" || return
	console_ends "MULTIBOOT done" || return
	for word in "magic ok" "data ok" "mode ok" "tables ok" "modules 1" "bytes 10" \
			"command line one two"; do
		says "MULTIBOOT $word" || return
	done
	ram=$((0xa0000 + 0x7e00000))
	says "MULTIBOOT RAM $ram" && wait_is "$cell/state" "shut down" || return
	# And once more, from the same file.
	put "$cell/state" start && wait_is "$cell/state" "shut down" &&
		console_ends "MULTIBOOT done" && says "MULTIBOOT data ok"
}

# The file is read at each start: what it has become is nothing that the loader can start.
no_program()
{
	dd if=/dev/zero of="$tmp/program.elf" bs=512 count=1 conv=notrunc 2>/dev/null &&
		put "$cell/state" start && wait_is "$cell/state" failed &&
		in_sysfs linux-demo || return
	text=$(cat "$dir/console")
	says "linux-loader: cannot start what is at 0x" && says ": it is no bzImage" && gone
}

cases()
{
	t "disabled: refused before anything is made" while_disabled
	t "enabled, with an end of a link" linked_root
	t "what cannot be started is refused" bad_files
	t "boots, on two CPUs, without a warning of its own" first
	t "its console interrupts" console_interrupts
	t "it is told what kernels with CONFIG_JAILHOUSE_GUEST want to know" is_told
	t "pings over the link, both ways, beside apic-demo" pings
	t "16 MiB come over it as they were sent" copies
	t "each end sees that the other one has gone, and comes" carrier_goes
	t "shuts down when it is asked to" asked
	t "starts once more, not with another configuration; a restart ends it" again
	t "one that is only configured gets its configuration; a panic ends it" configured
	t "only what belongs to the last start is staged" one_set
	t "a cell runs on until all is staged" not_staged
	t "destroyed" gone
	t "a program with a multiboot header is started" multiboot
	t "what is neither that nor a Linux fails, and says so" no_program
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
