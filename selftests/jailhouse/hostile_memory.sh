#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A cell reaches for memory and ports that are not its own: it fails alone, whatever the
# instruction; apic-demo and Linux beside it keep their pace.

. ./attack.sh
begin_attacks

foreign_memory()
{
	# The hole in its RAM, below 1 MiB; behind the comm region; nowhere; Linux's; the
	# hypervisor's; its own RAM under the address that it has for Linux; apic-demo's;
	# behind the APICs; above 4 GiB.
	for gpa in 0xa0000 0xbffff 0x101000 0x200000 0x1000000 0x3a000000 0x3be00000 0x3bf00000 \
		0xfec01000 0xfee01000 0x100000000; do
		must_fail memory "gpa=$gpa kind=read width=1" "read of memory $gpa"
		must_fail memory "gpa=$gpa kind=write width=1" "write to memory $gpa"
	done
	denied_some 22
}

every_instruction()
{
	for kind in read write lock movs-from movs-to stos push gdt idt fpu; do
		must_fail memory "gpa=0x200ffd kind=$kind" " memory 0x20"
	done
	must_fail memory "gpa=0x200ffd kind=execute" "execution of memory 0x200ffd"
	must_fail memory "gpa=0x200ffd kind=walk" "$walk memory 0x200000"
	# What it has, but not for that: comm region and APICs.
	must_fail memory "gpa=0x100000 kind=execute" "execution of memory 0x100000"
	for gpa in 0xfee00 0xfec00; do
		must_fail memory "gpa=${gpa}000 kind=execute" "execution of memory ${gpa}000"
		must_fail memory "gpa=${gpa}000 kind=fpu" " memory ${gpa}000"
		must_fail memory "gpa=${gpa}000 kind=walk" " memory ${gpa}000"
	done
}

# INS and OUTS at ports that it has, or whose accesses are ignored, with foreign memory.
strings_of_ports()
{
	for buffer in 0x101000 0x3a000000; do
		must_fail ports "port=0x2f8 kind=ins buffer=$buffer expect=ok" \
			"write to memory $buffer"
		must_fail ports "port=0x2f8 kind=outs buffer=$buffer expect=ok" \
			"read of memory $buffer"
		must_pass ports "port=0x80 kind=ins buffer=$buffer expect=gp"
	done
	must_pass ports "port=0x80 kind=ins width=2 count=4 buffer=0x100ffc expect=gp"
}

# Rights and faults of operands that the hypervisor accesses; what is a device only in part
# is none.
operands()
{
	must_pass operands kind=rights
	must_fail operands kind=straddle "write to memory 0xfec00000"
	must_fail operands kind=table "$walk memory 0xfec00"
}

# They begin in memory of its own.
over_the_border()
{
	must_fail memory "gpa=0x100ffd kind=read width=8" "read of memory 0x101000"
	must_fail memory "gpa=0x100ffd kind=write width=4" "write to memory 0x101000"
	must_fail memory "gpa=0x100ffd kind=lock width=8" " memory 0x101000"
	must_fail memory "gpa=0x100ff0 kind=movs-from width=4 count=8" "read of memory 0x101000"
	must_fail memory "gpa=0x100ff0 kind=movs-to width=8 count=8" "write to memory 0x101000"
	must_fail memory "gpa=0x100ff0 kind=stos width=1 count=80" "write to memory 0x101000"
}

own_memory()
{
	must_pass memory "gpa=0x100ff8 kind=read width=8 expect=ok"
	must_pass memory "gpa=0x80000 kind=write width=8 expect=ok"
	must_pass memory "gpa=0xffffe kind=read width=4 expect=ok"
	must_pass memory "gpa=0xfee00030 kind=read width=4 expect=ok"
	must_pass memory "gpa=0xfec00000 kind=read width=4 expect=ok"
}

hex()
{
	printf '0x%x' "$1"
}

# A byte before and behind of what is granted, and what is only partly granted.
ports_around()
{
	for kind in in out ins outs; do
		case $kind in
		in*) says="read of I/O port" ;;
		*) says="write to I/O port" ;;
		esac
		for port in 0x2f7 0x300 0x7f 0x82; do
			must_fail ports "port=$port kind=$kind" "$says $port, width 1"
		done
		must_fail ports "port=0x2f7 kind=$kind width=2" "$says 0x2f7, width 2"
		must_fail ports "port=0x2ff kind=$kind width=4" "$says 0x2ff, width 4"
		must_fail ports "port=0x81 kind=$kind width=2" "$says 0x81, width 2"
	done
	denied_some 28
}

# Interrupt controllers, timer, keyboard, A20, SMI command, DMA, apic-demo's UART, reset,
# the debug port, power management, the last one.
ports_elsewhere()
{
	find_pm_timer || return
	for port in 0x0 0x20 0x43 0x64 0x92 0xb2 0xc0 0x3f8 0xe9 $((pm_timer - 4)) 0xffff; do
		must_fail ports "port=$port kind=out" "write to I/O port $(hex "$port")"
	done
	# The PM timer, which is for all, and what is around it.
	port=$(hex $((pm_timer + 4)))
	must_fail ports "port=$port" "read of I/O port $port"
	port=$(hex $((pm_timer + 1)))
	must_fail ports "port=$port width=4" "read of I/O port $port, width 4"
	must_fail ports "port=0x3fd" "read of I/O port 0x3fd"
}

ports_granted()
{
	must_pass ports "port=0x80 expect=ignored"
	must_pass ports "port=0x80 width=2 kind=in expect=ignored"
	must_pass ports "port=0x81 kind=out expect=ignored"
	must_pass ports "port=0x2fd expect=ok"
	find_pm_timer && must_pass ports "port=$pm_timer width=4 expect=ok"
}

cases()
{
	t "apic-demo runs" set_up
	t "memory of others, read and written" in_a_cell 0x4 foreign_memory
	t "operands that the hypervisor accesses" in_a_cell 0x4 operands
	t "memory of others, by every kind of instruction" in_a_cell 0x4 every_instruction
	t "accesses that cross the border" in_a_cell 0x4 over_the_border
	t "memory of others, by INS and OUTS" in_a_cell 0x4 strings_of_ports
	t "memory of its own" in_a_cell 0x4 own_memory
	t "ports around those granted" in_a_cell 0x4 ports_around
	t "ports of Linux and of apic-demo" in_a_cell 0x4 ports_elsewhere
	t "ports granted, ignored and for all" in_a_cell 0x4 ports_granted
	t "apic-demo and Linux have noticed nothing" tear_down
	t "the kernel log has no warning" log_is_clean
}

ktap_run cases
