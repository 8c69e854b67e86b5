/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the driver know of each other.
 *
 * Locks, in the order in which they are taken:
 *
 *	su_mutex of configfs, then the operation, then jailhouse_lock, then hypervisor_sem
 *	or the locks of CPU hotplug.
 *
 * An operation (operation.c) is what changes the hypervisor or its cells: one at a time, from
 * the first check to the last undo. It lasts as long as a cell takes to answer, so nobody
 * waits for its end for long.
 *
 * jailhouse_lock protects the driver's own data: what was written, which directories there
 * are, sysfs's copy of the states. An operation holds it too, but not while a cell or the
 * scrubbing of RAM is waited for. What others may change then: all of another cell that does
 * not exist, and images and attributes of the same; its configuration stays
 * (operation_concerns()), and so does its directory as long as it is pinned.
 *
 * hypervisor_sem is held for reading around a hypercall that only asks, and for writing while
 * the hypervisor enters or leaves. Who reads an attribute of sysfs, or a state, takes
 * hypervisor_sem only, because the removal of the attribute, under jailhouse_lock, waits for
 * him.
 *
 * configfs holds locks of its own around all that is called here: the file's while it is
 * read or written, and that of the directory, which rmdir of just this directory waits for
 * (it can be killed). So a write of `enabled` or `state` that waits for a cell keeps others
 * from writing to the same open file, nothing else: the directory of a cell that can be
 * waited for is pinned, and rmdir fails before it waits.
 */
#ifndef _JAILHOUSE_DRIVER_H
#define _JAILHOUSE_DRIVER_H

#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include <linux/configfs.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/crash.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/image_header.h>
#include <config_check.h>
#include <cpu_set.h>
#include <memory_map.h>

#define JAILHOUSE_FIRMWARE		"jailhouse.bin"
#define JAILHOUSE_TIMEOUT_DEFAULT_MS	1000
#define JAILHOUSE_TIMEOUT_MAX_MS	600000

/*
 * The most that can be written to a binary attribute. A configuration may be longer than
 * is allowed, so that the check can say so.
 */
#define CONFIG_WRITE_MAX		(2 * JAILHOUSE_MAX_CONFIG_SIZE)
#define IMAGE_WRITE_MAX			0x40000000

#define JAILHOUSE_NO_CELL		(-1)

/* A sentence for the user. */
struct reason {
	char text[JAILHOUSE_LOG_ERROR_SIZE + 64];
};

/* What the attribute `error` shows: why the last operation on an item failed. */
struct last_error {
	spinlock_t lock;	/* who reads, against who writes */
	char text[sizeof(struct reason) + 64];
};

/**
 * struct blob - a configuration that was written to a binary attribute
 * @data: the last good one, physically contiguous; NULL: there was none
 * @size: bytes of it
 * @refused: errno of what was written after it and refused, or 0
 * @why: the sentence that goes with it
 */
struct blob {
	void *data;
	size_t size;
	int refused;
	struct reason why;
};

/**
 * struct staged_image - what is to be loaded into a cell
 * @node: in the cell's list of images
 * @name: path of its directory below that of the cell, or "image"
 * @data: its bytes, NULL for none
 * @size: how many
 * @address: guest-physical load address
 * @expected: length that the user announced
 * @refused: errno of the last write if it failed, or 0
 */
struct staged_image {
	struct list_head node;
	char name[JAILHOUSE_CELL_NAME_SIZE + 8];
	void *data;
	size_t size;
	u64 address;
	u64 expected;
	int refused;
};

struct sysfs_cell;
struct pci_claim;

/**
 * struct jailhouse_cell - a directory in cells/
 * @node: in jailhouse_cells, in the order in which they were made
 * @group: the directory
 * @images_group: images/ in it
 * @config: its configuration; does not change while the hypervisor knows the cell
 * @id: its number while the hypervisor knows it, else JAILHOUSE_NO_CELL; read without
 *	a lock
 * @to_be_destroyed: it was not created as a whole, and that could not be undone yet
 * @cpus: CPUs in its configuration; read without a lock, may be half replaced then
 * @taken_cpus: those that the driver took offline for it
 * @timeout_ms: how long it may take to answer
 * @claim_name: what /proc/iomem and /proc/ioports call what it has
 * @claims: what was requested from Linux for it
 * @image: what the attribute `image` staged
 * @images: all that is staged, @image first
 * @pci: what keeps Linux's drivers from its PCI functions, if it has any
 * @sysfs: its directory in sysfs while the hypervisor knows it
 * @error: what the attribute `error` shows
 * @just_started: by the operation that is under way
 * @failure_told: an operation has ended since the cell failed
 */
struct jailhouse_cell {
	struct list_head node;
	struct config_group group;
	struct config_group images_group;
	struct blob config;
	int id;
	bool to_be_destroyed;
	struct cpu_set cpus;
	struct cpu_set taken_cpus;
	u32 timeout_ms;
	char claim_name[JAILHOUSE_CELL_NAME_SIZE + 16];
	struct list_head claims;
	struct staged_image image;
	struct list_head images;
	struct pci_claim *pci;
	struct sysfs_cell *sysfs;
	struct last_error error;
	bool just_started;
	bool failure_told;
};

/** cell_name() - the name of its directory. */
static inline const char *cell_name(const struct jailhouse_cell *cell)
{
	return cell->group.cg_item.ci_name;
}

/** cell_exists() - does the hypervisor know @cell? Any context. */
static inline bool cell_exists(const struct jailhouse_cell *cell)
{
	return READ_ONCE(cell->id) != JAILHOUSE_NO_CELL;
}

/**
 * struct hypervisor_memory - where the hypervisor lives, and what is where in it
 * @phys: host-physical address
 * @size: bytes
 * @virt: Linux's mapping of it, while there is one; the rest is in it
 * @header: the header of the image
 * @boot: what the hypervisor is told
 * @transition: top-level page table that both worlds can live on
 */
struct hypervisor_memory {
	u64 phys;
	u64 size;
	void *virt;
	struct jailhouse_header *header;
	struct jailhouse_boot *boot;
	u64 *transition;
};

/* main.c */
extern struct mutex jailhouse_lock;
extern struct list_head jailhouse_cells;

/**
 * refuse() - note why something is not done
 * @why: receives the sentence
 * @err: negative errno
 * @fmt: printf format, no newline
 *
 * Return: @err.
 */
int __printf(3, 4) refuse(struct reason *why, int err, const char *fmt, ...);

/* checks.c */
int check_machine(struct reason *why);
int check_reserved(u64 start, u64 size, struct reason *why);

/* compare.c */
int compare_with_machine(struct reason *why);

/* iommu.c */
int check_iommu(struct reason *why);

/* image.c */
int image_place(struct hypervisor_memory *mem, struct reason *why);
void image_copy_kernel_half(struct hypervisor_memory *mem);

/* apic_timer.c */
u32 apic_timer_khz(void);

/* operation.c */
int operation_begin(const struct jailhouse_cell *cell, struct reason *why);
int operation_begin_urgent(const struct jailhouse_cell *cell, struct reason *why);
void operation_seize(void);
void operation_end(void);
void operation_pause(unsigned int us);
int operation_give_up(struct reason *why);
bool operation_concerns(const struct jailhouse_cell *cell);

/* handover.S */
int jailhouse_handover_enter(u64 transition_cr3, u64 entry, unsigned int cpu);
int jailhouse_handover_leave(u64 num_cpus);

/* hypervisor.c */
int hypervisor_enable(struct reason *why);
int hypervisor_disable(bool ask, struct reason *why);
void hypervisor_forbid(void);
int hypervisor_suspend(void);
void hypervisor_resume(void);
void hypervisor_root_changed(void);
void jailhouse_restore_tr(void);

/* hypercall.c */
extern struct rw_semaphore hypervisor_sem;
extern bool hypervisor_active;
long __must_check hypercall(u32 code, u64 arg1, u64 arg2, struct reason *why);
long hypercall_ask(u32 code, u64 arg1, u64 arg2);
bool hypervisor_enabled(void);

/* cpus.c */
int cpus_init(void);
void cpus_exit(void);
extern struct cpu_set cpus_known;
void cpus_enlist(void);
void cpus_dismiss(void);
int cpus_check_enlisted(struct reason *why);
struct cpu_set cpus_of_root(void);
bool cpus_in_cells(void);
void cpus_warn_of_siblings(const struct jailhouse_cell *cell);
int cpus_take(struct jailhouse_cell *cell, struct reason *why);
void cpus_give_back(struct jailhouse_cell *cell);

/* cell.c */
long cell_ask_state(int id);
bool cell_has_failed(long state);
int cell_create(struct jailhouse_cell *cell, struct reason *why);
int cell_start(struct jailhouse_cell *cell, struct reason *why);
int cell_reload(struct jailhouse_cell *cell, struct reason *why);
int __must_check cell_stop(struct jailhouse_cell *cell, u32 timeout_ms, struct reason *why);
int __must_check cell_destroy(struct jailhouse_cell *cell, u32 timeout_ms, struct reason *why);
int cells_stop_all(bool ask, struct reason *why);
int cells_destroy_all(struct reason *why);
void cells_notify(void);

/* claims.c */
int claims_make(struct jailhouse_cell *cell, struct reason *why);
void claims_release(struct jailhouse_cell *cell);

/* pci.c */
int pci_take(struct jailhouse_cell *cell, struct reason *why);
void pci_give_back(struct jailhouse_cell *cell);

/* load.c */
void image_init(struct staged_image *image, const char *name);
void image_drop(struct staged_image *image);
int image_stage(struct staged_image *image, const void *data, size_t size,
		struct reason *why);
bool images_staged(const struct jailhouse_cell *cell);
int images_check(struct jailhouse_cell *cell, struct reason *why);
int images_place(struct jailhouse_cell *cell, struct reason *why);

/* configfs.c */
extern struct configfs_subsystem jailhouse_subsys;
extern struct blob jailhouse_config;
int configfs_init(void);
void configfs_exit(void);
void error_init(struct last_error *error);
void __printf(4, 5) error_set(struct last_error *error, int err, const struct reason *why,
			      const char *fmt, ...);
ssize_t error_show(struct last_error *error, char *page);
int name_check(const char *name, struct reason *why);
int parse_number(const char *page, u64 *value, struct reason *why);
int write_begin(const struct jailhouse_cell *cell, const char *page, struct reason *why);
void blob_set(struct blob *blob, void *data, size_t size);
void blob_refuse(struct blob *blob, int err, const struct reason *why);
int blob_ready(struct blob *blob, struct reason *why);
ssize_t blob_read(const struct blob *blob, void *buffer, size_t size);

/* configfs_cell.c */
struct jailhouse_cell *cell_new(const char *name);
struct jailhouse_cell *to_cell(struct config_item *item);
void cell_error_set(struct jailhouse_cell *cell, const char *attribute, int err,
		    const struct reason *why);

/* configfs_image.c */
extern const struct config_item_type images_type;
ssize_t image_data_write(struct jailhouse_cell *cell, struct staged_image *image,
			 const void *data, size_t size);
ssize_t image_address_show(const struct staged_image *image, char *page);
ssize_t image_address_store(struct jailhouse_cell *cell, struct staged_image *image,
			    const char *attribute, const char *page, size_t count);
ssize_t image_size_show(const struct staged_image *image, char *page);
ssize_t image_size_store(struct jailhouse_cell *cell, struct staged_image *image,
			 const char *attribute, const char *page, size_t count);

/* sysfs.c */
extern struct device *jailhouse_device;
extern struct kset *sysfs_cells;
int sysfs_init(void);
void sysfs_exit(void);
const char *cell_state_name(long state);
ssize_t cpu_list_show(const struct cpu_set *cpus, char *page);

/* sysfs_cell.c */
struct sysfs_cell *sysfs_cell_add(int id, const char *name, const struct cpu_set *cpus);
void sysfs_cell_remove(struct sysfs_cell *cell);
void sysfs_cell_set_cpus(struct sysfs_cell *cell, const struct cpu_set *cpus);
void sysfs_cell_notify(struct sysfs_cell *cell);

/* crash.c */
void crash_look(const struct jailhouse_memory *hypervisor_memory);
ssize_t crash_text_read(char *buffer, loff_t offset, size_t count);
void crash_exit(void);

/* console.c */
int log_open(const struct hypervisor_memory *mem);
void log_close(void);
void log_poll(void);
u32 log_error_seq(void);
bool log_error_since(u32 seq, struct reason *why);
void log_failure(int id, struct reason *why);
ssize_t log_read(char *buffer, loff_t offset, size_t count);

#endif
