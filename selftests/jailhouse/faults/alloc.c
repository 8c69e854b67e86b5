// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults for the tests of the driver, in any kernel that has kprobes.
 *
 * /sys/kernel/debug/jailhouse_faults/alloc: N written to it makes the Nth allocation
 * fail that the writing task makes from then on, 0 ends that. Only those count that may
 * sleep and may fail. Reading it gives how many there were, 1 if one has failed, and
 * who had asked for that.
 */
#include "faults.h"

#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

MODULE_DESCRIPTION("Faults for the tests of the jailhouse driver");
MODULE_LICENSE("GPL");

/* What an allocator returns without having done anything. */
asm(".text\n"
	".globl faults_return\n"
	".type faults_return, @function\n"
	"faults_return:\n"
	ANNOTATE_NOENDBR "\n"
	ASM_RET "\n"
	".size faults_return, . - faults_return\n");

#define IN(_register)	offsetof(struct pt_regs, _register)

/*
 * Allocators of 6.1 and 6.12, and the register in which each gets its flags. Not those of
 * vmalloc() itself, whose failure would be dumped with a call trace.
 */
static const struct allocator {
	const char *symbol;
	size_t flags;
} allocators[] = {
	{ "__kmalloc", IN(si) },
	{ "__kmalloc_node_track_caller", IN(si) },
	{ "kmalloc_large", IN(si) },
	{ "kmalloc_trace", IN(si) },
	{ "kmem_cache_alloc", IN(si) },
	{ "kmem_cache_alloc_lru", IN(dx) },
	{ "__get_free_pages", IN(di) },
	{ "get_zeroed_page", IN(di) },
	{ "__vmalloc_node_range", IN(r8) },
	{ "__kmalloc_noprof", IN(si) },
	{ "__kmalloc_large_noprof", IN(si) },
	{ "__kmalloc_cache_noprof", IN(si) },
	{ "kmem_cache_alloc_noprof", IN(si) },
	{ "kmem_cache_alloc_lru_noprof", IN(dx) },
	{ "get_free_pages_noprof", IN(di) },
	{ "get_zeroed_page_noprof", IN(di) },
	{ "__vmalloc_node_range_noprof", IN(r8) },
};

static struct kprobe probes[ARRAY_SIZE(allocators)];
static struct dentry *dir;

static struct task_struct *victim;
static unsigned long nth, count;
static void *failed_for;

static bool may_fail(gfp_t flags)
{
	return flags & __GFP_DIRECT_RECLAIM && !(flags & __GFP_NOFAIL);
}

/* On entry to an allocator. */
static int allocating(struct kprobe *probe, struct pt_regs *regs)
{
	const struct allocator *allocator = &allocators[probe - probes];

	if (current != READ_ONCE(victim) ||
	    !may_fail(*(gfp_t *)((void *)regs + allocator->flags)) || ++count != nth)
		return 0;
	failed_for = *(void **)regs->sp;
	regs->ax = 0;
	regs->ip = (unsigned long)faults_return;
	return 1;
}

NOKPROBE_SYMBOL(allocating);

/* A probe that has one is not optimized, for which the first could not change IP. */
static void allocated(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

NOKPROBE_SYMBOL(allocated);

static int alloc_show(struct seq_file *file, void *data)
{
	seq_printf(file, "%lu %d %pS\n", count, !!failed_for, failed_for);
	return 0;
}

static int alloc_open(struct inode *inode, struct file *file)
{
	return single_open(file, alloc_show, NULL);
}

/* Allocates nothing itself. */
static ssize_t alloc_write(struct file *file, const char __user *buffer, size_t size,
			   loff_t *offset)
{
	unsigned long number;
	int err;

	err = kstrtoul_from_user(buffer, size, 0, &number);
	if (err)
		return err;
	if (number) {
		nth = number;
		count = 0;
		failed_for = NULL;
	}
	WRITE_ONCE(victim, number ? current : NULL);
	return size;
}

static const struct file_operations alloc_fops = {
	.owner = THIS_MODULE,
	.open = alloc_open,
	.read = seq_read,
	.write = alloc_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* Each kernel has some of them. */
static int probe_allocators(void)
{
	unsigned int n, found = 0;

	for (n = 0; n < ARRAY_SIZE(probes); n++) {
		probes[n].symbol_name = allocators[n].symbol;
		probes[n].pre_handler = allocating;
		probes[n].post_handler = allocated;
		if (register_kprobe(&probes[n]))
			probes[n].addr = NULL;
		else
			found++;
	}
	return found ? 0 : -ENOENT;
}

static void forget_allocators(void)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(probes); n++)
		if (probes[n].addr)
			unregister_kprobe(&probes[n]);
}

/* A probe that was used is used again. */
int faults_probe_again(struct kprobe *probe)
{
	probe->addr = NULL;
	probe->flags = 0;
	return register_kprobe(probe);
}

static int __init faults_init(void)
{
	int err;

	err = probe_allocators();
	if (err)
		return err;
	dir = debugfs_create_dir("jailhouse_faults", NULL);
	debugfs_create_file("alloc", 0600, dir, NULL, &alloc_fops);
	err = vmx_faults_init(dir);
	if (!err) {
		in_use_faults_init(dir);
		driver_faults_init(dir);
		return 0;
	}
	debugfs_remove(dir);
	forget_allocators();
	return err;
}

static void __exit faults_exit(void)
{
	debugfs_remove(dir);
	driver_faults_exit();
	in_use_faults_exit();
	vmx_faults_exit();
	forget_allocators();
}

module_init(faults_init);
module_exit(faults_exit);
