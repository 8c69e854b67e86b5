#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Would hostile_device.sh notice? It runs with images of the hypervisor that leave out one thing
# each, and has to fail in the case that is about this; unless an IOMMU stands behind what is left out.

. ./lib.sh
begin
need_cpus 4
. ./devices.sh
need_devices

firmware_path=/sys/module/firmware_class/parameters/path
IFS= read -r old_path <"$firmware_path"

# run_with IMAGES: what fails has to be the attacks.
run_with()
{
	printf %s "$PWD/careless-build/$1" >"$firmware_path"
	sh ./hostile_device.sh >"$tmp/careless.out" 2>&1
	printf '%s\n' "$old_path" >"$firmware_path"
	found ok enabled
}

# found "not ok"|ok CASE
found()
{
	grep -qE "^ *$1 [0-9]+ $2" "$tmp/careless.out" || wrong "$(cat "$tmp/careless.out")"
}

# noticed IMAGES CASE: it fails there.
noticed()
{
	run_with "$1" && found "not ok" "$2"
}

# The device sends what the cell wrote: to a CPU of Linux's, or the vector of an exception to the
# cell's own, which ends the cell, if that comes first.
arrived()
{
	mark_log
	run_with messages || return
	new_log | grep -qF "Unexpected vector 13" || found "not ok" "nobody was interrupted"
}

# Or an IOMMU blocks it, NMI, INIT, SMI and ExtINT among it, to CPUs of others and to its own.
blocked()
{
	mark_log
	run_with messages && found "not ok" "DMA, messages" && found ok "nobody was interrupted" || return
	new_log | grep -qF "FAIL one to this CPU: 0 times" || wrong "its own CPU was interrupted"
}

# Each of the places that it must not reach is reached.
unprotected()
{
	mark_log
	noticed dma "DMA, messages" || return
	new_log | grep " DMA to" >"$tmp/dma.log"
	[ "$(grep -c "FAIL DMA to" "$tmp/dma.log")" = 8 ] && ! grep "ok DMA to" "$tmp/dma.log" ||
		wrong "$(cat "$tmp/dma.log")" || return
	found "not ok" "a neighbour is out of reach" && found "not ok" "and while that comes"
}

cases()
{
	t "devices of a cell that ends go on" noticed quiet "one that goes on writing"
	if [ "$iommu_type" = 2 ]; then
		t "messages are not looked at, and the IOMMU blocks them" blocked
	else
		t "messages are not looked at" arrived
	fi
	t "cells reach all configuration space" noticed config "DMA, messages"
	if [ -n "$iommu_type" ]; then
		t "the IOMMU keeps what it knew" noticed flush "a neighbour is out of reach"
		t "the IOMMU is off" unprotected
	fi
}

ktap_run cases
