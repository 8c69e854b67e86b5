#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Two cells that a link connects: frames cross, whatever one of them tried before.

. ./lib.sh
begin
need_cpus 4

[ -e linked.cell ] || ktap_skip_all "run make first"

one=$C/linked
two=$C/linked2

# ends CELL: the inmate has said so.
ends()
{
	wait_is "$1/state" "shut down"
}

# The second cell is where apic-demo has its own.
make_cells()
{
	./patchcell linked.cell "$tmp/linked2.cell" name=linked2 cpus=4 mem0.phys=0x3bf00000 \
		lnk0.mac=0x020000000002 || return
	hv_enable && new_cell linked linked.cell "$inmates/link.bin" &&
		new_cell linked2 "$tmp/linked2.cell" "$inmates/link.bin" &&
		put "$one/enabled" 1 && put "$two/enabled" 1
}

frames_cross()
{
	ends "$one" && ends "$two" && reported link 2 && is "$one/error" "" && is "$two/error" ""
}

# The device begins anew with its cell; the other end only saw the link go down.
once_more()
{
	put "$one/state" start && put "$two/state" start && ends "$one" && ends "$two" &&
		reported link 4
}

# with_arguments CELL ARGUMENTS: at the next start
with_arguments()
{
	[ -e "$1/images/arguments" ] || mkdir "$1/images/arguments" || return
	echo "$2" >"$1/images/arguments/data"
	put "$1/images/arguments/address" 0x1000
}

# The other one waits for a single frame, which comes at the end.
malformed_rings()
{
	with_arguments "$one" "hostile=yes sends=1 receives=0" &&
		with_arguments "$two" "sends=0 receives=1" &&
		put "$two/state" reload && put "$one/state" reload && ends "$one" && ends "$two" &&
		reported link 6 && rmdir "$one/images/arguments" "$two/images/arguments"
}

no_third_end()
{
	./patchcell linked.cell "$tmp/linked3.cell" name=linked3 cpus=8 mem0.phys=0x3c000000 &&
		new_cell linked3 "$tmp/linked3.cell" "$inmates/link.bin" || return
	refused EBUSY "$C/linked3" "connects cells" write "$C/linked3/state" create && rmdir "$C/linked3"
}

all_end()
{
	put "$J/enabled" kill && all_online && rmdir "$one" "$two"
}

cases()
{
	t "two cells with a link start" make_cells
	t "each gets all frames of the other, as they were sent" frames_cross
	t "and again, after both have started anew" once_more
	t "malformed rings stop their device, and harm neither cell" malformed_rings
	t "a third cell gets no end of the same link" no_third_end
	t "all CPUs are back at the end" all_end
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
