# shellcheck shell=bash disable=SC2154,SC2034 # names of vm
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by vm: what the machine boots, kernel and initramfs, with the project in it.

# Modules of the kernel package that the machine gets, with what they need.
kernel_modules="configfs e1000e fuse igb igbvf kvm kvm-intel kvm-amd msr pci-pf-stub virtio_mmio virtio_pci
	virtio_net"

# busybox does not load what is compressed.
copy_module()
{
	case $1 in
	*.xz)	[ "${2%.xz}" -nt "$1" ] || xz -dcq "$1" >"${2%.xz}" ;;
	*.zst)	[ "${2%.zst}" -nt "$1" ] || zstd -dcq "$1" >"${2%.zst}" ;;
	*)	cp -u "$1" "$2" ;;
	esac
}

copy_kernel_modules()
{
	local from=$cache/root/lib/modules/$1 to=$2/lib/modules/$1 module file

	[ -e "$from/modules.dep" ] || depmod -b "$cache/root" "$1" ||
		die 1 "depmod failed for $1"
	for module in $kernel_modules; do
		while read -r file; do
			mkdir -p "$to/${file%/*}"
			copy_module "$from/$file" "$to/$file"
		done < <(sed -nE "s,^([^:]*/$module\.ko(\.[a-z]+)?):,\1,p" \
			"$from/modules.dep" | tr ' ' '\n' | grep .)
	done
	cp -u "$from"/modules.builtin* "$from/modules.order" "$to/"
}

# The programs and directories that any small system has.
make_userland()
{
	local root=$1 applet program

	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,usr/lib,proc,sys,dev,tmp,run,root,etc,vm}
	cp -u /bin/busybox "$root/bin/busybox"
	for applet in $(busybox --list); do
		[ -e "$root/bin/$applet" ] || ln -sf busybox "$root/bin/$applet"
	done
	for program in vm-in vm-out; do
		[ "$lib/$program.c" -nt "$root/sbin/$program" ] || continue
		gcc -O2 -Wall -static -s -o "$root/sbin/$program" "$lib/$program.c" ||
			die 1 "could not compile $program.c"
	done
	install -m 755 "$lib/vm-init" "$root/init"
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\n' >"$root/etc/group"
}

install_project()
{
	local release=$1 root=$2 log=$build/vm/make-$flavour.log

	if [ -n "$build_project" ]; then
		locked build make_for "$flavour" -j2 -C "$top" --no-print-directory DESTDIR="$root" \
			KERNELDIR="$cache/root/usr/src/linux-headers-$release" \
			modules_install install-programs install-tests >"$log" 2>&1 || {
			grep -E ": (fatal )?error: |\*\*\*" "$log" | tail -n 20 >&2
			die 1 "the project does not build (all of it: $log)"
		}
	fi
	install_selftests "$root/root/selftests"
}

# The tests, with the programs that they need, as a kselftest lies there.
install_selftests()
{
	local from=$top/selftests/jailhouse to=$1 log=$build/vm/make-selftests.log

	rm -rf "$to"
	mkdir -p "$to"
	[ -d "$from" ] || return
	make -k -C "$from" --no-print-directory OUTPUT="$to" KERNELDIR= all >"$log" 2>&1 ||
		say "not all of the selftests builds (see $log)"
	cp -a "$from"/*.sh "$from"/*.awk "$to"
}

# Modules of the tests. kbuild puts objects beside sources.
install_test_modules()
{
	local release=$1 to=$2 dir=$build/vm/faults-$1 from=$top/selftests/jailhouse/faults module

	if [ -n "$build_project" ]; then
		mkdir -p "$dir"
		cp -u "$from"/* "$top/driver/compat.h" "$dir"
		make_for "$flavour" -s -C "$cache/root/usr/src/linux-headers-$release" M="$dir" \
			CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$dir.log" 2>&1 ||
			say "the modules of the selftests do not build (see $dir.log)"
	fi
	for module in "$dir"/*.ko; do
		[ ! -e "$module" ] || cp "$module" "$to"
	done
}

# The part of the initramfs that all runs with this kernel share.
make_base()
{
	local release=$1 root=$build/vm/root-$flavour

	make_userland "$root"
	copy_kernel_modules "$release" "$root"
	install_project "$release" "$root"
	install_test_modules "$release" "$root/root/selftests"
	depmod -b "$root" "$release" || die 1 "depmod failed"
	pack_base "$root"
}

# What has a project in it, and what a machine of QEMU that was kept has already.
projects_part='^\./(lib/modules/[^/]*/updates|lib/firmware|etc/jailhouse|usr/lib/jailhouse)'
projects_part+='|^\./(usr/sbin/jailhouse|root/selftests)'

pack_base()
{
	if [ "$machine" != tcg ]; then
		(cd "$1" && find . | pack base)
		return
	fi
	(cd "$1" && find . | grep -E "$projects_part" | pack project)
	(cd "$1" && find . | grep -vE "$projects_part" | pack base)
	base_sum=$(cd "$1" && find . -type f | grep -vE "$projects_part" | sort |
		xargs sha256sum | sha256sum | cut -c 1-16)
}

# pack NAME: the files that standard input names. The same files make the same archive: a
# machine whose time is counted instructions notices a digit in the place of a letter.
pack()
{
	LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0 |
		"$lib/vm-boot-data" undated >"$run/$1.cpio"
	[ "${PIPESTATUS[*]}" = "0 0 0" ] || die 1 "could not make the initramfs"
}

assemble_boot_sector()
{
	gcc -c -o "$run/boot.o" "$lib/vm-boot.S" &&
		ld -Ttext 0x7c00 -o "$run/boot.elf" "$run/boot.o" &&
		objcopy -O binary -j .text "$run/boot.elf" "$run/boot.bin"
}

# The image that the machine boots: boot sector, unpacked kernel, initramfs.
make_image()
{
	local release=$1 vmlinux=$build/vm/vmlinux-$1

	# QEMU itself loads what the firmware of the PC could not, and hands the rest over late.
	if [ "$machine" = tcg ]; then
		mkdir -p "$run/early/vm"
		touch "$run/early/vm/late"
		(cd "$run/early" && find . | pack early)
		rm -rf "$run/early"
		cat "$run/base.cpio" "$run/early.cpio" >"$run/initrd"
		return
	fi
	cat "$run/base.cpio" "$run/overlay.cpio" >"$run/initrd"
	rm -f "$run"/*.cpio
	[ -e "$vmlinux" ] || locked vmlinux unpack_kernel "$release" "$vmlinux"
	if [ -n "$x2apic" ]; then
		[ -e "$vmlinux-x2apic" ] || locked x2apic make_x2apic_kernel "$vmlinux"
		vmlinux+=-x2apic
	fi
	assemble_boot_sector || die 1 "could not assemble the boot sector"
	"$lib/vm-boot-data" image "$run/boot.bin" "$cache/root/boot/vmlinuz-$release" \
		"$vmlinux" "$run/initrd" "$(kernel_arguments)" >"$run/disk.img" ||
		die 1 "could not make the boot image"
	rm -f "$run"/boot.* "$run/initrd"
}

unpack_kernel()
{
	local payload=$run/payload

	[ -e "$2" ] && return
	"$lib/vm-boot-data" payload "$cache/root/boot/vmlinuz-$1" >"$payload" || exit
	case $(od -An -tx1 -N2 "$payload") in
	" 02 21")	lz4 -dcq "$payload" ;;
	" fd 37")	xz -dcq "$payload" ;;
	" 28 b5")	zstd -dcq "$payload" ;;
	esac >"$run/vmlinux"
	[ -s "$run/vmlinux" ] || die 1 "cannot unpack the kernel $1"
	rm -f "$payload"
	mv "$run/vmlinux" "$2"
}

# Linux uses x2APIC only with interrupt remapping, which Bochs does not have, or
# if a hypervisor says so: a copy of the kernel that believes it was said.
make_x2apic_kernel()
{
	local address

	[ -e "$1-x2apic" ] && return
	address=$("$0" --no-build --machine "$machine" --cpus 1 --kernel "$flavour" -- \
		"sed -n 's, . bool_x86_init_noop$,,p' /proc/kallsyms" 2>/dev/null)
	"$lib/vm-boot-data" x2apic "$1" "$address" >"$run/vmlinux" ||
		die 1 "could not make an x2APIC kernel"
	mv "$run/vmlinux" "$1-x2apic"
}

# The configuration that describes the machine.
system_cell()
{
	case $machine in
	kvm)	echo qemu-vm.cell ;;
	tcg)	echo qemu-q35.cell ;;
	*)	echo bochs.cell ;;
	esac
}

# The part that belongs to this run: the command and the added files.
make_overlay()
{
	local root=$run/overlay add from to

	mkdir -p "$root/vm" "$root/root" "$root/etc/jailhouse"
	ln -s "$(system_cell)" "$root/etc/jailhouse/system.cell"
	echo "$token" >"$root/vm/token"
	if [ -n "$shell" ]; then
		touch "$root/vm/shell"
	elif [ ${#command[@]} = 1 ]; then
		printf '%s\n' "${command[0]}" >"$root/vm/command"
	else
		printf "'%s' " "${command[@]//\'/\'\\\'\'}" >"$root/vm/command"
	fi
	for add in ${adds[@]+"${adds[@]}"}; do
		from=${add%%:*}
		to=/root/${from##*/}
		[ "$from" = "$add" ] || to=${add#*:}
		[ -e "$from" ] || die 2 "--add: there is no $from"
		# The kernel takes it from there before it looks for anything else.
		[[ $machine:$to != tcg:/kernel/* ]] || { root=$run/early; snapshots=; }
		mkdir -p "$root/${to%/*}"
		cp -a "$from" "$root/$to"
		root=$run/overlay
	done
	(cd "$root" && find . | pack overlay)
	rm -rf "$root"
}

# What the emulated machine would spend most of its start on and nobody here
# needs: type information for BPF (a second for each of the first three that
# ask for it), ftrace looking for weak functions, a random generator of jitter.
skipped_initcalls=ftrace_check_for_weak_functions,trace_eval_init
skipped_initcalls+=,btf_module_init,kfunc_init,bpf_rstat_kfunc_init
skipped_initcalls+=,bpf_key_sig_kfuncs_init,bpf_prog_test_run_init
skipped_initcalls+=,bpf_tcp_ca_kfunc_init,bpf_dummy_struct_ops_init,cubictcp_register
skipped_initcalls+=,jent_mod_init

kernel_arguments()
{
	local arguments="console=ttyS1,115200 nokaslr mitigations=off"

	arguments+=" memmap=66M%0x3a000000-1+2 intel_iommu=off"
	# Linux uses x2APIC mode only if it remaps interrupts, which QEMU's IOMMU can do.
	[ "$machine:$x2apic" = tcg:y ] || arguments+=" intremap=off"
	arguments+=" tsc=reliable no_timer_check idle=halt quiet cryptomgr.notests"
	arguments+=" initcall_blacklist=$skipped_initcalls"
	# The CPUID of some models states the clock of the real CPU.
	[ "$machine" != bochs ] || arguments+=" tsc_early_khz=$((ips / 1000))"
	# Copying with "fast short REP MOV" never ends in Bochs, and Linux would use tiles
	# that Bochs does not save.
	case $model in
	*icelake* | tigerlake | arrow_lake) arguments+=" clearcpuid=fsrm" ;;
	sapphire_rapids) arguments+=" clearcpuid=fsrm,amx_tile" ;;
	esac
	echo "$arguments$append"
}
