#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An unmodified Linux in a cell: to user space on all its CPUs, power-off, once more by `start`,
# restart. Its kernel is /root/vmlinuz, and Linux leaves 128 MiB at 0x30000000 alone.

. ./lib.sh
begin
need_cpus 4

kernel=${LINUX_KERNEL:-/root/vmlinuz}
[ -e "$kernel" ] || ktap_skip_all "there is no $kernel"
cell=$C/linux-demo

# The cell's initrd: one program, which says what it sees and does what the command line says.
make_initrd()
{
	mkdir -p "$tmp/root/bin" "$tmp/root/proc" "$tmp/root/sys" &&
		cp /bin/busybox "$tmp/root/bin/busybox" || return
	cat >"$tmp/root/init" <<'END'
#!/bin/busybox sh
PATH=/bin
busybox mount -t proc proc /proc
echo "CELL cpus $(busybox nproc) of $(busybox uname -r)"
busybox dmesg | busybox grep -E 'WARNING:|BUG:|Oops|Call Trace|unchecked|x2apic: ' |
	busybox sed 's/^/CELL dmesg /'
busybox sleep 1
if busybox grep -q 'restart=y' /proc/cmdline; then
	busybox reboot -f
else
	busybox poweroff -f
fi
END
	chmod +x "$tmp/root/init"
	(cd "$tmp/root" && find . | cpio -o -H newc >"$tmp/initrd" 2>/dev/null) || return
}

# The emulated machine takes a minute for what nobody here wants to see.
options="console=ttyS0 quiet mitigations=off cryptomgr.notests"
options="$options initcall_blacklist=ftrace_check_for_weak_functions,trace_eval_init,btf_module_init"

boots()
{
	jailhouse cell linux "$cells/linux-demo.cell" "$kernel" -i "$tmp/initrd" -c "$options $*" \
		>"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")"
}

ends()
{
	wait_is "$cell/state" "shut down" 1200
	# What it printed comes to the log within a tenth of a second.
	sleep 0.3
	log_says "CELL cpus 2" || return
	! new_log | grep "CELL dmesg.*\(WARNING\|BUG\|Oops\|Trace\|unchecked\)" ||
		wrong "its log has a warning"
}

first()
{
	make_initrd && boots && ends
}

again()
{
	mark_log
	put "$cell/state" start && ends
}

restart()
{
	mark_log
	boots restart=y && ends
}

refused()
{
	! jailhouse cell linux "$cells/linux-demo.cell" "$1" 2>"$tmp/said" ||
		wrong "it was started" || return
	grep -q "$2" "$tmp/said" || wrong "said: $(cat "$tmp/said")"
}

bad_files()
{
	refused /bin/busybox "no kernel" && refused /root/none "cannot read"
	jailhouse cell linux "$cells/apic-demo.cell" "$kernel" 2>"$tmp/said" && wrong "it was started"
	grep -q "no loadable memory region" "$tmp/said" || wrong "said: $(cat "$tmp/said")"
	[ ! -d "$C/apic-demo" ] || wrong "something is left of it"
}

gone()
{
	works write "$cell/enabled" 0 && rmdir "$cell"/images/* "$cell" && all_online
}

cases()
{
	t "enabled" hv_enable
	t "what cannot be started is refused" bad_files
	t "boots, on two CPUs, without a warning, and powers off" first
	t "starts once more" again
	t "restarts" restart
	t "destroyed" gone
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
