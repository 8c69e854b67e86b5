#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The test build of the hypervisor looks at its own page tables: on every CPU before it
# enters the guest, and once more while there are cells. Then it enters Linux and a cell as
# no CPU can be entered.
#
#   walls.sh overflow	afterwards a cell makes the hypervisor run over the end of each of
#			its stacks, and Linux fails two VM entries in a row, which ends the
#			machine (scripts/checks/own-tables)

. ./attack.sh
begin_attacks
[ -e "test-build/$image" ] || ktap_skip_all "run make first"
firmware_path=/sys/module/firmware_class/parameters/path
get "$firmware_path"
old_path=$value
overflow=${1-}

use_test_build()
{
	printf %s "$PWD/test-build" >"$firmware_path"
}

use_product()
{
	# An empty path is a line of its own to the kernel.
	printf '%s\n' "$old_path" >"$firmware_path"
}

# tables_fine CPUS: so says the test build of each of them, since $tmp/all was empty.
tables_fine()
{
	collect
	for cpu in $1; do
		grep -q "test build: CPU $cpu: [1-9][0-9]* leaves .* as they should be" \
			"$tmp/all" || note "CPU $cpu said nothing good of its tables"
	done
	! grep "test build: .* page tables: " "$tmp/all" || note "there is something wrong"
}

enabled()
{
	: >"$tmp/all"
	use_test_build && hv_enable && tables_fine "0 1 2 3"
}

beside_a_cell()
{
	: >"$tmp/all"
	start_neighbour && in_a_cell 0x6 walk_in_a_cell && tables_fine "1 2"
}

walk_in_a_cell()
{
	must_pass walls kind=walk
}

# What cannot be done is a fault of the program that it was done for, as often as it is.
failing_entries()
{
	: >"$tmp/all"
	for kind in state injection sldt; do
		result=$(./stray entry "$kind") || note "$kind: $result"
	done
	[ "$result" = "3 faults" ] || wrong "sldt: $result" || return
	linux_works 3 && collect
	grep -qE "Denied on CPU [0-3]: (VM entry failed|VMRESUME failed|VMRUN failed|instruction that exits)" \
		"$tmp/all" || wrong "no line about it"
}

# They end the cell that they concern, and are noted.
machine_checks()
{
	must_pass walls "kind=check quirks=$quirks"
	must_fail walls kind=check-own "machine check"
	must_fail walls kind=check-end "machine check"
}

are_noted()
{
	: >"$tmp/all"
	in_a_cell 0x4 machine_checks
	grep -q "machine check, bank 0: status 0xa400000000000000" "$tmp/all" ||
		wrong "no line about the banks"
}

fails_alone()
{
	in_a_cell 0x4 fail_entry
}

fail_entry()
{
	must_fail walls kind=entry "$failed_entry"
}

ends()
{
	tear_down && use_product
}

product_has_none()
{
	: >"$tmp/all"
	hv_enable && start_neighbour && in_a_cell 0x4 refuses && tear_down
	! grep -q "test build" "$tmp/all" || wrong "the product looks at its tables"
}

refuses()
{
	begin_attack walls kind=walk && wait_end 5 && is "$hostile/state" failed
	collect
	said "tables of the first CPU: -38"
	: >"$tmp/new"
}

# The CPUs that come to their end are told by what the hypervisor says last.
run_over()
{
	use_test_build && hv_enable && new_hostile 0xe && begin_attack walls kind=overflow
	./stray entry rflags
	wrong "the hypervisor lives on"
}

cases()
{
	t "the tables of every CPU, when it enters" enabled
	t "the tables of a cell's CPUs, while it runs" beside_a_cell
	t "a failed VM entry and an unknown exit are faults of a program" failing_entries
	t "a failed VM entry ends a cell" fails_alone
	t "machine checks end whom they concern" are_noted
	t "apic-demo and Linux have noticed nothing" ends
	t "the product knows nothing of it" product_has_none
	t "the kernel log has no warning" log_is_clean
	[ "$overflow" != overflow ] || t "over the end of each stack" run_over
}

ktap_run cases
