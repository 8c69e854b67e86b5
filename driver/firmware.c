// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the image of the hypervisor, and what it needs to start, into its memory. The
 * layout is described in <jailhouse/image_header.h>.
 */
#include "firmware.h"
#include "apic_timer.h"
#include "blob.h"
#include "compat.h"
#include "cpus.h"
#include "iommu.h"
#include "messages.h"
#include "reason.h"
#include "sysfs.h"
#include "transition.h"
#include "virt.h"

#include <linux/cpumask.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <asm/cpufeature.h>
#include <asm/io.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/crash.h>
#include <jailhouse/image_header.h>
#include <jailhouse/version.h>
#include <cpu_set.h>

/**
 * struct layout - fills hypervisor memory from its start to its end
 * @mem: the memory
 * @next: offset of the first byte that is not used yet
 */
struct layout {
	struct hypervisor_memory *mem;
	u64 next;
};

/* Sets @size bytes aside, zeroed, from a page's start. */
static int layout_take(struct layout *layout, u64 size, u64 *offset)
{
	struct hypervisor_memory *mem = layout->mem;
	u64 start = layout->next;

	if (start > mem->size || size > mem->size - start)
		return -ENOSPC;
	memset(mem->virt + start, 0, size);
	layout->next = PAGE_ALIGN(start + size);
	*offset = start;
	return 0;
}

/*
 * The image
 */

static bool header_sizes_valid(const struct jailhouse_header *header, size_t file_size)
{
	u64 core = header->core_size;

	return header->image_size == file_size && core >= file_size &&
	       core <= S32_MAX && IS_ALIGNED(core, PAGE_SIZE) &&
	       header->percpu_size && header->percpu_size <= S32_MAX &&
	       IS_ALIGNED(header->percpu_size, PAGE_SIZE);
}

static bool header_offsets_valid(const struct jailhouse_header *header)
{
	u64 core = header->core_size, text = header->text_offset, data = header->data_offset;

	return IS_ALIGNED(text, PAGE_SIZE) && IS_ALIGNED(data, PAGE_SIZE) &&
	       text >= sizeof(*header) && text < data && data <= core &&
	       header->boot_offset >= data && header->boot_offset <= core &&
	       core - header->boot_offset >= sizeof(struct jailhouse_boot) &&
	       header->log_offset >= data && header->log_offset <= core &&
	       core - header->log_offset >= sizeof(struct jailhouse_log) &&
	       IS_ALIGNED(header->log_offset, PAGE_SIZE) &&
	       header->entry >= JAILHOUSE_BASE + text && header->entry < JAILHOUSE_BASE + data;
}

static int check_header(const struct firmware *fw, struct reason *why)
{
	const struct jailhouse_header *header = (const void *)fw->data;

	if (fw->size < sizeof(*header) ||
	    memcmp(header->signature, JAILHOUSE_IMAGE_SIGNATURE, sizeof(header->signature)))
		return jh_refuse(why, -ENOEXEC,
				 "/lib/firmware/%s is no image of the hypervisor: 'make install' installs one",
				 jh_virt->firmware);
	if (header->revision != JAILHOUSE_IMAGE_REVISION)
		return jh_refuse(why, -EPROTONOSUPPORT,
				 "%s has revision %u, not %u ('make modules_install install' installs driver and image together)",
				 jh_virt->firmware, header->revision, JAILHOUSE_IMAGE_REVISION);
	if (header->vendor != jh_virt->vendor)
		return jh_refuse(why, -EPROTONOSUPPORT,
				 "%s is made for CPUs of another vendor (number %u, this is %u)",
				 jh_virt->firmware, header->vendor, jh_virt->vendor);
	if (strncmp(header->version, JAILHOUSE_VERSION, sizeof(header->version)))
		return jh_refuse(why, -EPROTONOSUPPORT,
				 "%s is of version %.*s, this driver of version %s ('make modules_install install' installs both)",
				 jh_virt->firmware, (int)sizeof(header->version), header->version,
				 JAILHOUSE_VERSION);
	if (!header_sizes_valid(header, fw->size))
		return jh_refuse(why, -ENOEXEC,
				 "%s has %zu bytes, which is not what its header says",
				 jh_virt->firmware, fw->size);
	if (!header_offsets_valid(header))
		return jh_refuse(why, -ENOEXEC, "%s: the header contradicts itself",
				 jh_virt->firmware);
	return 0;
}

static int load_file(struct hypervisor_memory *mem, struct reason *why)
{
	const struct firmware *fw;
	u64 core;
	int err;

	/* No program is asked for the file: it might take its time, and jh_lock is held. */
	err = request_firmware_direct(&fw, jh_virt->firmware, jh_device);
	/* An empty file is what the loader calls an invalid argument. */
	if (err == -EINVAL)
		err = -ENOEXEC;
	if (err)
		return jh_refuse(why, err,
				 "/lib/firmware/%s cannot be loaded (%d): 'make install' puts it there",
				 jh_virt->firmware, err);
	err = check_header(fw, why);
	if (err)
		goto release;
	core = ((const struct jailhouse_header *)fw->data)->core_size;
	if (core > mem->size) {
		err = jh_refuse(why, -ENOSPC, "hypervisor memory: %s needs 0x%llx bytes",
				jh_virt->firmware, core);
		goto release;
	}
	memcpy(mem->virt, fw->data, fw->size);
	memset(mem->virt + fw->size, 0, core - fw->size);
	mem->header = mem->virt;
	mem->boot = mem->virt + mem->header->boot_offset;
release:
	release_firmware(fw);
	return err;
}

/*
 * What the hypervisor is told
 */

static void describe_cpus(struct jailhouse_boot *boot)
{
	unsigned int cpu, slot = 0;

	for (cpu = 0; cpu < ARRAY_SIZE(boot->cpus); cpu++)
		boot->cpus[cpu].apic_id = JAILHOUSE_NO_APIC_ID;
	for_each_cpu_in(cpu, &jh_cpus_known) {
		boot->cpus[cpu].apic_id = cpu_physical_id(cpu);
		boot->cpus[cpu].slot = slot++;
		boot->num_cpus = cpu + 1;
	}
	boot->online_cpus = slot;
}

/* Where the firmware has left a screen; none of it is changed, whoever draws there now. */
static void describe_screen(struct jailhouse_framebuffer *screen)
{
	const struct screen_info *info = compat_screen_info();

	if (!info)
		return;
	if (info->orig_video_isVGA != VIDEO_TYPE_EFI && info->orig_video_isVGA != VIDEO_TYPE_VLFB)
		return;
	screen->address = info->lfb_base;
	if (info->capabilities & VIDEO_CAPABILITY_64BIT_BASE)
		screen->address |= (u64)info->ext_lfb_base << 32;
	screen->pitch = info->lfb_linelength;
	screen->width = info->lfb_width;
	screen->height = info->lfb_height;
	screen->depth = info->lfb_depth;
}

static void describe_machine(struct hypervisor_memory *mem)
{
	struct jailhouse_boot *boot = mem->boot;

	boot->hv_phys = mem->phys;
	boot->hv_size = mem->size;
	boot->tsc_khz = tsc_khz;
	boot->apic_khz = jh_apic_timer_khz();
	describe_screen(&boot->framebuffer);
	jh_iommu_ioapics(boot);
	jh_iommu_functions(boot);
	jh_list_messages(jh_system_config.data, boot);
	if (boot_cpu_has_bug(X86_BUG_ITLB_MULTIHIT))
		boot->flags |= JAILHOUSE_BOOT_ITLB_MULTIHIT;
	describe_cpus(boot);
}

/* In the order of <jailhouse/image_header.h>. */
static int lay_out(struct hypervisor_memory *mem)
{
	struct layout layout = { .mem = mem, .next = mem->header->core_size };
	struct jailhouse_boot *boot = mem->boot;
	u64 percpu;
	int err;

	err = layout_take(&layout, (u64)mem->header->percpu_size * boot->online_cpus, &percpu);
	if (err)
		return err;
	err = jh_transition_make(mem, &layout.next);
	if (err)
		return err;
	boot->config_size = jh_system_config.size;
	err = layout_take(&layout, boot->config_size, &boot->config_offset);
	if (err)
		return err;
	memcpy(mem->virt + boot->config_offset, jh_system_config.data, boot->config_size);
	boot->pool_offset = layout.next;
	if (layout.next >= mem->size || mem->size - layout.next <= JAILHOUSE_CRASH_SIZE)
		return -ENOSPC;
	boot->crash_offset = mem->size - JAILHOUSE_CRASH_SIZE;
	memset(mem->virt + boot->crash_offset, 0, JAILHOUSE_CRASH_SIZE);
	return 0;
}

/**
 * jh_firmware_place() - make hypervisor memory ready to be entered
 * @mem: reserved memory, mapped; receives the rest
 * @why: receives the reason
 *
 * Context: jh_lock is held, there is a valid system configuration.
 *
 * Return: 0, what the firmware loader returns (-ENOENT: there is no such file),
 * -ENOEXEC if it is no image of ours, -EPROTONOSUPPORT if it is of another version or vendor,
 * -ENOSPC if hypervisor memory is too small for it and this machine.
 */
int jh_firmware_place(struct hypervisor_memory *mem, struct reason *why)
{
	int err;

	err = load_file(mem, why);
	if (err)
		return err;
	describe_machine(mem);
	err = lay_out(mem);
	if (err)
		return jh_refuse(why, err,
				 "hypervisor memory: 0x%llx bytes are too few for %u CPUs",
				 mem->size, mem->boot->online_cpus);
	return 0;
}
