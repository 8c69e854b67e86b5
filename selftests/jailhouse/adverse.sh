#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# adverse.sh TEST...: runs tests with an image of the hypervisor that makes any machine an
# adverse one: CPUs take their time until they answer, and CPUs wake up that nobody has asked
# for anything.

cd "$(dirname "$0")" || exit 2
path=/sys/module/firmware_class/parameters/path
old=
IFS= read -r old <"$path"
trap 'printf "%s\n" "$old" >"$path"' EXIT
printf %s "$PWD/adverse-build" >"$path"
sh ./run.sh "$@" || exit
for line in 'CPU 0: adverse 0x3' 'CPU [0-9]: parked, and awake'; do
	dmesg | grep -q "test build: $line" && continue
	echo "adverse.sh: the hypervisor did not say '$line'" >&2
	exit 1
done
