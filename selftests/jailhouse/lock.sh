#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# apic-demo locks the configuration while it runs, and denies the first request
# to shut down.

. ./lib.sh
begin
need_cpus 4

apic=$C/apic-demo
tiny=$C/tiny-demo
spare=$C/spare
locked=running/locked

prepare()
{
	./patchcell "$cells/tiny-demo.cell" "$tmp/spare.cell" name=spare cpus=0x2 &&
		hv_enable && start_cell tiny-demo && start_cell apic-demo &&
		wait_is "$apic/state" "$locked" &&
		new_cell spare "$tmp/spare.cell" "$inmates/tiny-demo.bin"
}

nobody_else_is_touched()
{
	is "$tiny/state" running && is "$apic/state" "$locked" && is "$spare/state" configured
}

no_create()
{
	refused EPERM "$spare" apic-demo write "$spare/$1" "$2" && is "$spare/id" "" &&
		is "$spare/enabled" 0 && nobody_else_is_touched
}

no_destroy()
{
	refused EPERM "$tiny" apic-demo write "$tiny/enabled" 0 && is "$tiny/enabled" 1 &&
		nobody_else_is_touched
}

denied_once()
{
	refused EPERM "$apic" apic-demo write "$apic/state" stop && nobody_else_is_touched
}

reload_other()
{
	copy "$inmates/tiny-demo.bin" "$tiny/image" && put "$tiny/state" reload &&
		nobody_else_is_touched
}

stop_and_start_other()
{
	put "$tiny/state" stop && is "$tiny/state" "shut down" && put "$tiny/state" start &&
		nobody_else_is_touched
}

second_request()
{
	put "$apic/state" stop && is "$apic/state" "shut down"
}

# Without a locker both are allowed again. (spare has the RAM of tiny-demo.)
unlocked()
{
	put "$tiny/enabled" 0 && put "$spare/enabled" 1 && is "$spare/state" running &&
		put "$spare/enabled" 0 && put "$tiny/enabled" 1
}

relocked()
{
	put "$apic/state" start && wait_is "$apic/state" "$locked" && no_destroy
}

reload_denied()
{
	refused EPERM "$apic" apic-demo write "$apic/state" reload &&
		nobody_else_is_touched
}

reload_agreed()
{
	put "$apic/state" reload && wait_is "$apic/state" "$locked"
}

destroy_denied()
{
	refused EPERM "$apic" apic-demo write "$apic/enabled" 0 && is "$apic/enabled" 1 &&
		nobody_else_is_touched
}

destroy_agreed()
{
	put "$apic/enabled" 0 && is "$apic/state" configured
}

lock_again()
{
	put "$apic/enabled" 1 && wait_is "$apic/state" "$locked"
}

disable_denied()
{
	refused EPERM "$J" apic-demo write "$J/enabled" 0 && is "$J/enabled" 1 &&
		is "$apic/state" "$locked" && is "$tiny/enabled" 1
}

disable_agreed()
{
	hv_disable && is "$apic/state" configured && is "$tiny/state" configured && all_online
}

disable_unasked()
{
	hv_enable && put "$tiny/enabled" 1 && lock_again && put "$J/enabled" kill &&
		is "$J/enabled" 0 && is "$apic/state" configured && all_online
}

# A cell that locks and unlocks without end, in the place of tiny-demo. No cell is created
# while another has locked.
twitching_beside_apic_demo()
{
	hv_enable && put "$apic/state" create && put "$spare/enabled" 1 && lock_again
}

# Whatever it looks like in the moment when somebody looks.
kill_is_kill()
{
	copy "$inmates/comm.bin" "$spare/image" && mkdir "$spare/images/arguments" &&
		echo kind=locks >"$spare/images/arguments/data" &&
		put "$spare/images/arguments/address" 0x1000 || return
	for _ in 1 2 3 4 5; do
		twitching_beside_apic_demo && put "$J/enabled" kill && is "$J/enabled" 0 &&
			all_online || return
	done
}

cases()
{
	t "apic-demo locks the configuration, tiny-demo runs beside it" prepare
	t "creating another cell is refused" no_create state create
	t "starting another cell in one step is refused" no_create enabled 1
	t "destroying another cell is refused" no_destroy
	t "another cell can be reloaded" reload_other
	t "another cell can be stopped and started" stop_and_start_other
	t "the first request to stop is denied by the cell" denied_once
	t "the second is not, and the cell stops" second_request
	t "cells can be created and destroyed once it has stopped" unlocked
	t "the lock is back when it runs again" relocked
	t "a reload is denied like a stop" reload_denied
	t "the second one is not" reload_agreed
	t "its destruction is denied" destroy_denied
	t "the second time it is not" destroy_agreed
	t "created again, it locks again" lock_again
	t "disabling with cells running is denied, and no cell is lost" disable_denied
	t "the second time it is not, and all CPUs are back" disable_agreed
	t "kill disables without asking" disable_unasked
	t "also when a cell locks and unlocks without end" kill_is_kill
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
