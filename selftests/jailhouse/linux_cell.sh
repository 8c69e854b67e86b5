#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An unmodified Linux in a cell: to user space on all its CPUs, where it answers what is typed at
# its console, power-off, once more by `start`, power-off by its button when it is asked to shut
# down, restart. Its kernel is /root/vmlinuz, whose modules button.ko and evdev.ko are beside it,
# and Linux leaves 128 MiB at 0x30000000 alone.

. ./lib.sh
begin
need_cpus 4

kernel=${LINUX_KERNEL:-/root/vmlinuz}
[ -e "$kernel" ] || ktap_skip_all "there is no $kernel"
cell=$C/linux-demo

# The cell's initrd: one program, which says what it sees and does what the command line says.
make_initrd()
{
	mkdir -p "$tmp/root/bin" "$tmp/root/proc" "$tmp/root/dev" &&
		cp /bin/busybox "$tmp/root/bin/busybox" &&
		cp "${kernel%/*}/button.ko" "${kernel%/*}/evdev.ko" "$tmp/root" || return
	cat >"$tmp/root/init" <<'END'
#!/bin/busybox sh
PATH=/bin
busybox mount -t proc proc /proc
echo "CELL cpus $(busybox nproc) of $(busybox uname -r)"
busybox dmesg | busybox grep -E 'WARNING:|BUG:|Oops|Call Trace|unchecked|x2apic: ' |
	busybox sed 's/^/CELL dmesg /'
busybox stty -echo
printf 'CELL what? '
read -r word
echo "CELL heard $word"
if [ "$word" = button ]; then
	busybox mount -t devtmpfs dev /dev
	busybox insmod evdev.ko
	busybox insmod button.ko
	printf 'CELL waits '
	# An event is 24 bytes.
	busybox head -c 24 /dev/input/event0 >/dev/null
	echo "CELL pressed"
fi
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

# console_ends TEXT: not with a line, which is all that the log has room for.
console_ends()
{
	in_sysfs linux-demo || return
	text=
	tenths=1200
	while tenths=$((tenths - 1)) && [ "$tenths" -gt 0 ]; do
		text=$text$(cat "$dir/console")
		case $text in
		*"$1") return ;;
		esac
		sleep 0.1
	done
	wrong "its console has: $text"
}

# tell WORD: by hand, or by the command, which shows what it prints meanwhile.
tell()
{
	echo "$1" >"$dir/console" || wrong "its console takes nothing"
}

tell_by_command()
{
	{ echo "$1" && wait_is "$cell/state" "shut down"; } | jailhouse console linux-demo \
		>"$tmp/shown" 2>"$tmp/said" || wrong "$(cat "$tmp/said")" || return
	grep -q "CELL heard $1" "$tmp/shown" || wrong "shown: $(cat "$tmp/shown")"
}

# ends [COMMAND]: what it was told it has heard, and it ends by itself.
ends()
{
	console_ends "CELL what? " && ${1:-tell} word.$$ || return
	wait_is "$cell/state" "shut down" 1200
	# What it printed comes to the log within a tenth of a second.
	sleep 0.3
	log_says "CELL cpus 2" && log_says "CELL heard word.$$" || return
	! new_log | grep "CELL dmesg.*\(WARNING\|BUG\|Oops\|Trace\|unchecked\)" ||
		wrong "its log has a warning"
}

# Before it is created, a directory has whatever was written, or nothing: the command writes it.
first()
{
	make_initrd && mkdir "$cell" && boots && cmp "$cells/linux-demo.cell" "$cell/config" &&
		ends tell_by_command
}

# While Linux runs: what was not created so cannot be told to Linux.
of_another_config()
{
	refused "$kernel" "destroy it first" "$tmp/other.cell" && is "$cell/state" running
}

again()
{
	mark_log
	put "$cell/state" start && console_ends "CELL what? " && tell button &&
		console_ends "CELL waits " && put "$cell/timeout_ms" 30000 &&
		put "$cell/state" stop && is "$cell/state" "shut down" || return
	sleep 0.3
	log_says "CELL pressed"
}

restart()
{
	mark_log
	./patchcell "$cells/linux-demo.cell" "$tmp/other.cell" flags=0x61 || wrong "patchcell" ||
		return
	boots restart=y && of_another_config && ends
}

# Configured only, with another configuration.
configured()
{
	mark_log
	works write "$cell/enabled" 0 && copy "$tmp/other.cell" "$cell/config" && boots &&
		cmp "$cells/linux-demo.cell" "$cell/config" && ends
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
		cp "$cells/linux-demo.cell" "$fake/config" || return
	(export JAILHOUSE_CONFIGFS="$tmp/fake" && refused "$kernel" "cannot make") &&
		is "$fake/state" running
}

# refused KERNEL SENTENCE [CONFIG [OPTION...]]
refused()
{
	refused_kernel=$1
	sentence=$2
	refused_config=${3:-$cells/linux-demo.cell}
	shift 2
	[ $# = 0 ] || shift
	! jailhouse cell linux "$refused_config" "$refused_kernel" "$@" 2>"$tmp/said" ||
		wrong "it was started" || return
	grep -q "$sentence" "$tmp/said" || wrong "said: $(cat "$tmp/said")"
}

bad_files()
{
	refused /bin/busybox "no kernel" && refused /root/none "cannot read"
	refused "$kernel" "no loadable memory region" "$cells/apic-demo.cell"
	refused "$kernel" "command line is too long" "$cells/linux-demo.cell" \
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

# Without a configuration: what it is to have is said with the command.
from_values()
{
	mark_log
	jailhouse cell linux linux-demo --cpus 1-2 --memory 100M "$kernel" -i "$tmp/initrd" \
		-c "$options" >"$tmp/said" 2>&1 || wrong "$(cat "$tmp/said")" || return
	is "$cell/start" linux && is "$cell/memory/ram/size" 104857600 && ends tell_by_command &&
		jailhouse cell list --map >"$tmp/map" && grep -q "^CPU *1-2 *linux-demo" "$tmp/map" &&
		jailhouse cell destroy linux-demo && [ ! -d "$cell" ] && all_online
}

cases()
{
	t "disabled: refused before anything is made" while_disabled
	t "enabled" hv_enable
	t "what cannot be started is refused" bad_files
	t "boots, on two CPUs, without a warning, and powers off" first
	t "starts once more, and shuts down when it is asked to" again
	t "restarts, and not with another configuration" restart
	t "one that is only configured gets its configuration" configured
	t "only what belongs to the last start is staged" one_set
	t "a cell runs on until all is staged" not_staged
	t "destroyed" gone
	t "from directories alone" from_values
	t "disabled" hv_disable
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
