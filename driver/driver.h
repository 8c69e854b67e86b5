/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the driver know of each other.
 *
 * Locks, in the order in which they are taken:
 *
 *	su_mutex of configfs, then the operation, then jh_lock, then jh_hypervisor_sem
 *	or the locks of CPU hotplug.
 *
 * An operation (operation.c) is what changes the hypervisor or its cells: one at a time, from
 * the first check to the last undo. It lasts as long as a cell takes to answer, so nobody
 * waits for its end for long.
 *
 * jh_lock protects the driver's own data: what was written, which directories there
 * are, sysfs's copy of the states. An operation holds it too, but not while a cell or the
 * scrubbing of RAM is waited for. What others may change then: all of another cell that does
 * not exist, and images and attributes of the same; its configuration stays
 * (jh_operation_concerns()), and so does its directory as long as it is pinned.
 *
 * jh_hypervisor_sem is held for reading around a hypercall that only asks, and for writing while
 * the hypervisor enters or leaves. Who reads an attribute of sysfs, or a state, takes
 * jh_hypervisor_sem only, because the removal of the attribute, under jh_lock, waits for
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

#define JAILHOUSE_FIRMWARE_INTEL	"jailhouse.bin"
#define JAILHOUSE_FIRMWARE_AMD		"jailhouse-amd.bin"
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
 * struct jh_cell - a directory in cells/
 * @node: in jh_cells, in the order in which they were made
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
struct jh_cell {
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

/** to_jh_cell() - the cell whose directory this is. */
static inline struct jh_cell *to_jh_cell(struct config_item *item)
{
	return container_of(to_config_group(item), struct jh_cell, group);
}

/** jh_cell_name() - the name of its directory. */
static inline const char *jh_cell_name(const struct jh_cell *cell)
{
	return cell->group.cg_item.ci_name;
}

/** jh_cell_exists() - does the hypervisor know @cell? Any context. */
static inline bool jh_cell_exists(const struct jh_cell *cell)
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

/* reason.c */
int __printf(3, 4) jh_refuse(struct reason *why, int err, const char *fmt, ...);
void jh_error_init(struct last_error *error);
void __printf(4, 5) jh_error_set(struct last_error *error, int err, const struct reason *why,
				 const char *fmt, ...);
ssize_t jh_error_show(struct last_error *error, char *page);

/* blob.c */
extern struct blob jh_system_config;
int jh_check_name(const char *name, struct reason *why);
int jh_parse_number(const char *page, u64 *value, struct reason *why);
void jh_blob_set(struct blob *blob, void *data, size_t size);
void jh_blob_refuse(struct blob *blob, int err, const struct reason *why);
int jh_blob_ready(struct blob *blob, struct reason *why);
ssize_t jh_blob_read(const struct blob *blob, void *buffer, size_t size);

/* checks.c */
int jh_check_machine(struct reason *why);

/* compare.c */
int jh_compare_with_machine(struct reason *why);

/* iommu.c */
int jh_check_iommu(struct reason *why);

/* firmware.c */
int jh_firmware_place(struct hypervisor_memory *mem, struct reason *why);
void jh_firmware_copy_kernel_half(struct hypervisor_memory *mem);

/* apic_timer.c */
u32 jh_apic_timer_khz(void);

/* cell.c */
extern struct list_head jh_cells;
bool jh_cell_has_failed(const struct jh_cell *cell);
void jh_cell_error_set(struct jh_cell *cell, const char *attribute, int err,
		       const struct reason *why);

/* operation.c */
extern struct mutex jh_lock;
int jh_operation_begin(const struct jh_cell *cell, struct reason *why);
int jh_operation_begin_urgent(const struct jh_cell *cell, struct reason *why);
int jh_operation_begin_word(const struct jh_cell *cell, const char *page, struct reason *why);
void jh_operation_seize(void);
void jh_operation_end(void);
void jh_operation_pause(unsigned int us);
int jh_operation_give_up(struct reason *why);
bool jh_operation_concerns(const struct jh_cell *cell);

/* handover.S */
int jh_handover_enter(u64 transition_cr3, u64 entry, unsigned int cpu);
int jh_handover_leave(u64 num_cpus);

/* hypervisor.c */
int jh_hypervisor_enable(struct reason *why);
int jh_hypervisor_disable(bool ask, struct reason *why);
void jh_hypervisor_forbid(void);
int jh_hypervisor_suspend(void);
void jh_hypervisor_resume(void);
void jh_restore_tr(void);

/* hypercall.c */
extern struct rw_semaphore jh_hypervisor_sem;
extern bool jh_hypervisor_active;
long __must_check jh_hypercall(u32 code, u64 arg1, u64 arg2, struct reason *why);
long jh_hypercall_cell_state(int id);
long jh_hypercall_ask(u32 code, u64 arg1, u64 arg2);
bool jh_hypervisor_enabled(void);

/* cpus.c */
int jh_cpus_init(void);
void jh_cpus_exit(void);
extern struct cpu_set jh_cpus_known;
void jh_cpus_enlist(void);
void jh_cpus_dismiss(void);
int jh_cpus_check_enlisted(struct reason *why);
struct cpu_set jh_cpus_of_root(void);
bool jh_cpus_in_cells(void);
void jh_cpus_warn_of_siblings(const struct jh_cell *cell);
int jh_cpus_take(struct jh_cell *cell, struct reason *why);
void jh_cpus_give_back(struct jh_cell *cell);

/* lifecycle.c */
int jh_cell_create(struct jh_cell *cell, struct reason *why);
int jh_cell_start(struct jh_cell *cell, struct reason *why);
int jh_cell_reload(struct jh_cell *cell, struct reason *why);
int __must_check jh_cell_stop(struct jh_cell *cell, u32 timeout_ms, struct reason *why);
int __must_check jh_cell_destroy(struct jh_cell *cell, u32 timeout_ms, struct reason *why);
int jh_cells_stop_all(bool ask, struct reason *why);
int jh_cells_destroy_all(struct reason *why);

/* claims.c */
int jh_claims_make(struct jh_cell *cell, struct reason *why);
void jh_claims_release(struct jh_cell *cell);

/* pci.c */
int jh_pci_take(struct jh_cell *cell, struct reason *why);
void jh_pci_give_back(struct jh_cell *cell);

/* images.c */
void jh_image_init(struct staged_image *image, const char *name);
void jh_image_drop(struct staged_image *image);
int jh_image_stage(struct staged_image *image, const void *data, size_t size,
		   struct reason *why);
bool jh_images_staged(const struct jh_cell *cell);
int jh_images_check(struct jh_cell *cell, struct reason *why);
int jh_images_place(struct jh_cell *cell, struct reason *why);

/* configfs.c */
int jh_configfs_init(void);
void jh_configfs_exit(void);

/* configfs_cell.c */
struct jh_cell *jh_cell_new(const char *name);

/* configfs_image.c */
extern const struct config_item_type jh_images_type;
ssize_t jh_image_data_write(struct jh_cell *cell, struct staged_image *image,
			    const void *data, size_t size);
ssize_t jh_image_address_show(const struct staged_image *image, char *page);
ssize_t jh_image_address_store(struct jh_cell *cell, struct staged_image *image,
			       const char *attribute, const char *page, size_t count);
ssize_t jh_image_size_show(const struct staged_image *image, char *page);
ssize_t jh_image_size_store(struct jh_cell *cell, struct staged_image *image,
			    const char *attribute, const char *page, size_t count);

/* sysfs.c */
extern struct device *jh_device;
extern struct kset *jh_sysfs_cells;
int jh_sysfs_init(void);
void jh_sysfs_exit(void);
const char *jh_cell_state_name(long state);
ssize_t jh_cpu_list_show(const struct cpu_set *cpus, char *page);

/* sysfs_cell.c */
struct sysfs_cell *jh_sysfs_cell_add(int id, const char *name, const struct cpu_set *cpus);
void jh_sysfs_cell_remove(struct sysfs_cell *cell);
void jh_sysfs_cell_set_cpus(struct sysfs_cell *cell, const struct cpu_set *cpus);
void jh_sysfs_cell_notify(struct sysfs_cell *cell);
void jh_sysfs_cells_notify(void);
int jh_sysfs_root_add(const char *name);
void jh_sysfs_root_remove(void);
void jh_sysfs_root_update(void);

/* crash.c */
void jh_crash_look(const struct jailhouse_memory *hypervisor_memory);
ssize_t jh_crash_text_read(char *buffer, loff_t offset, size_t count);
void jh_crash_exit(void);

/* log.c */
int jh_log_open(const struct hypervisor_memory *mem);
void jh_log_close(void);
bool jh_log_drain(void);
u32 jh_log_events(void);
u32 jh_log_error_seq(void);
bool jh_log_error_since(u32 seq, struct reason *why);
void jh_log_failure(int id, struct reason *why);
ssize_t jh_log_read(char *buffer, loff_t offset, size_t count);

/* poll.c */
void jh_poll_start(void);
void jh_poll_now(void);
void jh_poll_stop(void);

#endif
