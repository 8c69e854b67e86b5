/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Boot sector of the test machine: loads an uncompressed Linux kernel.
 *
 * A boot loader that knows bzImage only would let the emulated CPU unpack the
 * kernel at each start, which takes longer than all else up to the first
 * command. So the host unpacks it and this sector puts it straight into place,
 * by the 64-bit boot protocol of Documentation/x86/boot.rst. Extents follow
 * each other on the first IDE disk from sector 1 on; vm-boot-data fills in the
 * table of their destinations and makes the first of them, the boot data: boot
 * parameters (one page), page tables (first 4 GiB to themselves), command line.
 *
 * In: real mode, 0:0x7c00, called by the BIOS. Does not return.
 */
#define E820_BUFFER		0x8000
#define E820_MAX		128
#define E820_ENTRY_SIZE		20
#define SMAP			0x534d4150

#define BOOT_DATA		0x60000
#define E820_ENTRIES		(BOOT_DATA + 0x1e8)
#define E820_TABLE		(BOOT_DATA + 0x2d0)
#define PAGE_TABLES		(BOOT_DATA + 0x1000)

#define IDE_DATA		0x1f0
#define IDE_COUNT		0x1f2
#define IDE_LBA			0x1f3
#define IDE_DEVICE		0x1f6
#define IDE_COMMAND		0x1f7
#define IDE_READ_SECTORS	0x20
#define IDE_BUSY		0x80
#define IDE_DATA_REQUEST	0x08
#define IDE_ERROR		0x01

#define CR0_PE			(1 << 0)
#define CR0_PG			(1 << 31)
#define CR4_PAE			(1 << 5)
#define MSR_EFER		0xc0000080
#define EFER_LME		(1 << 8)

	.text
	.code16
	.globl _start
_start:
	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7c00, %sp

	/* Only the BIOS knows the memory map. %bp counts its entries. */
	movw	$E820_BUFFER, %di
	xorl	%ebx, %ebx
	xorw	%bp, %bp
next_range:
	movl	$0xe820, %eax
	movl	$SMAP, %edx
	movl	$E820_ENTRY_SIZE, %ecx
	int	$0x15
	jc	map_done
	addw	$E820_ENTRY_SIZE, %di
	incw	%bp
	cmpw	$E820_MAX, %bp
	je	map_done
	testl	%ebx, %ebx
	jnz	next_range
map_done:
	cli
	inb	$0x92, %al
	orb	$2, %al			/* A20 */
	outb	%al, $0x92
	lgdtl	gdtr
	movl	%cr0, %eax
	orl	$CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	$(code32 - gdt), $protected

	.code32
protected:
	movl	$(data - gdt), %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss

	/* %esi: extent; %ebx: sector; %edi: destination; %ebp: sectors left */
	pushl	%ebp
	movl	$extents, %esi
	movl	$1, %ebx
next_extent:
	lodsl
	movl	%eax, %edi
	lodsl
	movl	%eax, %ebp
	testl	%eax, %eax
	jz	extents_done
next_sector:
	call	read_sector
	incl	%ebx
	decl	%ebp
	jnz	next_sector
	jmp	next_extent

extents_done:
	popl	%ebp
	movl	%ebp, %eax
	movb	%al, E820_ENTRIES
	imull	$E820_ENTRY_SIZE, %ebp, %ecx
	movl	$E820_BUFFER, %esi
	movl	$E820_TABLE, %edi
	rep movsb

	movl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$PAGE_TABLES, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	$(code64 - gdt), $long_mode

/* Reads sector %ebx to %edi, and moves %edi on. Clobbers %eax, %ecx, %edx. */
read_sector:
	movw	$IDE_DEVICE, %dx
	movl	%ebx, %eax
	shrl	$24, %eax
	orb	$0xe0, %al		/* device 0, LBA */
	outb	%al, %dx
	movw	$IDE_COUNT, %dx
	movb	$1, %al
	outb	%al, %dx
	movl	%ebx, %eax
	movw	$IDE_LBA, %dx
	outb	%al, %dx
	incl	%edx
	shrl	$8, %eax
	outb	%al, %dx
	incl	%edx
	shrl	$8, %eax
	outb	%al, %dx
	movw	$IDE_COMMAND, %dx
	movb	$IDE_READ_SECTORS, %al
	outb	%al, %dx
wait_data:
	inb	%dx, %al
	testb	$IDE_BUSY, %al
	jnz	wait_data
	testb	$IDE_ERROR, %al
	jnz	failed
	testb	$IDE_DATA_REQUEST, %al
	jz	wait_data
	movw	$IDE_DATA, %dx
	movl	$128, %ecx
	rep insl
	ret

failed:
	ud2				/* no IDT: a triple fault, which vm reports */

	.code64
long_mode:
	movl	$BOOT_DATA, %esi
	movl	entry, %eax
	jmp	*%rax

	.balign	8
	/* The selectors of code64 and data are those that the protocol wants. */
gdt:
	.quad	0
code32:
	.quad	0x00cf9b000000ffff
code64:
	.quad	0x00af9b000000ffff
data:
	.quad	0x00cf93000000ffff
gdtr:
	.word	gdtr - gdt - 1
	.long	gdt

	/* Filled in: the kernel's entry point; destination and sectors of each
	 * extent, ended by a pair of zeros.
	 */
	.org	_start + 0x1b0
entry:
	.long	0
extents:
	.fill	18, 4, 0
	.org	_start + 510
	.byte	0x55, 0xaa
