# shellcheck shell=bash disable=SC2154 # names of vm
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by vm: Bochs, which model of a CPU it is, and how it is started.

# A Bochs of another suite brings its plug-ins and its firmware.
choose_bochs()
{
	local root

	bochs=bochs
	firmware=/usr/share
	[ "$bochs_suite" != "$host_suite" ] || return 0
	"$top/scripts/setup" "bochs:$bochs_suite" || exit
	root=$(suite_dir "$bochs_suite")/root
	bochs=$root/usr/bin/bochs-bin
	firmware=$root/usr/share
	export LTDL_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu/bochs/plugins
}

# Models may be named by a part of what Bochs calls them: haswell.
choose_model()
{
	local models found

	: "${model:=broadwell_ult}"
	models=$("$bochs" --help cpu 2>&1 | sed "1,/^Supported CPU models/d" |
		grep -xE "[a-z0-9_]+")
	found=$(grep -xF "$model" <<<"$models" || grep -F "$model" <<<"$models")
	[[ $found =~ ^[a-z0-9_]+$ ]] ||
		die 2 "--model takes one of these, or a part that only one has:" "$(tr "\n" " " <<<"$models")"
	model=$found
}

write_bochsrc()
{
	local cylinders=$(($(stat -c %s "$run/disk.img") / (16 * 63 * 512)))
	local mode="mode=file, dev=com2" topology=$cpus

	[ "$threads" = 1 ] || topology=1:$((cpus / threads)):$threads
	[ -z "$shell" ] || mode="mode=term, dev=/dev/tty"
	cat >"$run/bochsrc" <<EOF
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest=1024, host=1024
romimage: file=$firmware/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=$firmware/bochs/VGABIOS-lgpl-latest
cpu: model=$model, count=$topology, ips=$ips, reset_on_triple_fault=0, ignore_bad_msrs=1
clock: sync=none, time0=946681200
ata0-master: type=disk, path=disk.img, mode=flat, cylinders=$cylinders, heads=16, spt=63
boot: disk
com1: enabled=1, mode=file, dev=com1
com2: enabled=1, $mode
port_e9_hack: enabled=1
panic: action=fatal
error: action=report
info: action=report
sound: driver=dummy
speaker: enabled=0
log: bochs.log
EOF
	printf 'c\nquit\n' >"$run/bochs.commands"
}

run_bochs()
{
	limit_cpu_time
	exec setpriv --pdeathsig KILL "$bochs" -q -f bochsrc -rc bochs.commands \
		</dev/null 1<>e9 2>emulator.txt
}

shell_bochs()
{
	limit_cpu_time
	script -q -f -c "exec $bochs -q -f bochsrc -rc bochs.commands </dev/null >e9 2>emulator.txt" \
		serial2.txt
}
