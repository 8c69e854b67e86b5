#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# VMX, or SVM, has one owner: KVM and the hypervisor keep out of each other's way, in
# either order.

. ./lib.sh
begin
modprobe -q "$kvm_module" 2>/dev/null || :
[ -e /dev/kvm ] || ktap_skip_all "KVM does not load here"

kvm_works()
{
	modprobe "$kvm_module" && works kvm
}

# A kernel that turns it on only with the first machine is not in the way.
unload_kvm()
{
	rmmod "$kvm_module"
}

refused_while_kvm()
{
	mkfifo "$tmp/hold"
	sleep 1000 >"$tmp/hold" &
	holder=$!
	./attr kvm-hold <"$tmp/hold" >"$tmp/vm" &
	wait_is "$tmp/vm" ok
	copy "$system" "$J/config"
	refused EBUSY "$J" "$virtualization" write "$J/enabled" 1
	is "$J/enabled" 0
	all_online
	kill "$holder"
	wait
	rm "$tmp/hold"
}

works_after_kvm()
{
	unload_kvm && hv_enable && hv_disable
}

# Where KVM turns it on when it is loaded, the hypervisor is refused; else KVM is.
loaded_and_idle()
{
	modprobe "$kvm_module" || return
	copy "$system" "$J/config" || return
	attr write "$J/enabled" 1
	case $outcome in
	ok)	fails EBUSY kvm && is "$J/enabled" 1 && hv_disable ;;
	EBUSY)	reason "$J" "$virtualization" ;;
	*)	wrong "enabling: $outcome, expected EBUSY" ;;
	esac
	all_online && unload_kvm
}

not_loaded()
{
	hv_enable || return
	modprobe "$kvm_module" 2>"$tmp/out" && wrong "KVM can be loaded"
	grep -q "Device or resource busy" "$tmp/out" || wrong "modprobe: $(cat "$tmp/out")"
	log_says "jailhouse: $kvm_module cannot be loaded while the hypervisor is enabled" || return
	is "$J/enabled" 1 && all_online
}

still_managed()
{
	if [ "$num_cpus" -lt 4 ]; then
		skip "needs 4 CPUs"
		return
	fi
	start_cell tiny-demo && is "$C/tiny-demo/state" running && drop_cell tiny-demo
}

works_for_kvm_again()
{
	hv_disable || return
	kvm_works && unload_kvm
}

cases()
{
	t "a virtual machine of KVM while the hypervisor is not enabled" kvm_works
	t "enabling is refused while KVM uses it" refused_while_kvm
	t "enabled once KVM is gone" works_after_kvm
	t "KVM is loaded, but has no virtual machine" loaded_and_idle
	t "KVM is not loaded while the hypervisor is enabled" not_loaded
	t "cells can still be managed" still_managed
	t "KVM works again after it is disabled" works_for_kvm_again
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
