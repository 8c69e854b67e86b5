#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Would hostile_device.sh notice? It runs with images of the hypervisor that leave out one thing
# each, and has to fail in the case that is about this.

. ./lib.sh
begin
need_cpus 4
. ./devices.sh
need_devices

firmware_path=/sys/module/firmware_class/parameters/path
IFS= read -r old_path <"$firmware_path"

# noticed IMAGES CASE: it fails there.
noticed()
{
	printf %s "$PWD/careless-build/$1" >"$firmware_path"
	sh ./hostile_device.sh >"$tmp/careless.out" 2>&1
	printf '%s\n' "$old_path" >"$firmware_path"
	grep -qE "^ *not ok [0-9]+ $2" "$tmp/careless.out" || wrong "$(cat "$tmp/careless.out")"
}

cases()
{
	t "devices of a cell that ends go on" noticed quiet "one that goes on writing"
	t "messages are not looked at" noticed messages "nobody was interrupted"
	find_iommu
	if [ -n "$iommu_type" ]; then
		t "the IOMMU keeps what it knew" noticed flush "a neighbour is out of reach"
	fi
}

ktap_run cases
