// SPDX-License-Identifier: GPL-2.0-only
/* Memory of a cell, with its configuration, which is copied from the root cell and checked. */
#include "cell_internal.h"
#include "arch.h"
#include "cell_state.h"
#include "config_check.h"
#include "cpu_events.h"
#include "string.h"

/* struct cell and its configuration lie in the same pages, one after the other. */
#define DESC_OFFSET	ALIGN_UP(sizeof(struct cell), 16)

unsigned int cell_pages(u64 config_size)
{
	return (unsigned int)(ALIGN_UP(DESC_OFFSET + config_size, PAGE_SIZE) >> PAGE_SHIFT);
}

void cell_free(struct cell *cell)
{
	page_free(&cell->machine->pool, cell, cell_pages(cell->desc->total_size));
}

static int no_memory(const struct machine *m)
{
	log_error("no hypervisor memory for a cell, %u of %u pages are used",
		  m->pool.used, m->pool.pages);
	return -ENOMEM;
}

static struct cell *cell_alloc(struct machine *m, u64 config_size)
{
	struct cell *cell = page_alloc(&m->pool, cell_pages(config_size));

	if (!cell) {
		no_memory(m);
		return NULL;
	}
	cell->machine = m;
	cell->desc = (const void *)((u8 *)cell + DESC_OFFSET);
	cell_state_init(cell, CELL_SHUT_DOWN);
	return cell;
}

/* Is it memory of the root cell that can be read without side effects? */
static bool is_root_ram(const struct cell *root, u64 gpa)
{
	/* In the root cell, guest-physical is host-physical. */
	const struct jailhouse_memory *mem = memory_map_find(&root->machine->root_memory, gpa);

	return mem && mem->flags & JAILHOUSE_MEM_READ && !(mem->flags & JAILHOUSE_MEM_IO);
}

static int copy_from_root(const struct cell *root, void *to, u64 gpa, u64 size)
{
	u64 hpa, offset, chunk;

	for (; size; size -= chunk, gpa += chunk, to = (u8 *)to + chunk) {
		if (!is_root_ram(root, gpa) ||
		    !pgtable_lookup(&root->stage2, gpa, &hpa, NULL)) {
			arch_window_close();
			log_error("the configuration is not in memory of the root cell: 0x%llx",
				  gpa);
			return -EFAULT;
		}
		offset = gpa & ~PAGE_MASK;
		chunk = MIN(size, PAGE_SIZE - offset);
		memcpy(to, (u8 *)arch_window(hpa & PAGE_MASK) + offset, chunk);
	}
	arch_window_close();
	return 0;
}

static int check_config(const void *blob, size_t size)
{
	struct config_reason why;
	int err = config_check_cell(blob, size, &why);

	if (err)
		log_error("%s", why.text);
	return err;
}

/* No byte is read twice: what the root cell changes meanwhile is not seen. */
struct cell *cell_load_config(struct machine *m, u64 gpa, int *err)
{
	struct jailhouse_cell_desc head;
	struct cell *cell;
	u8 *blob;

	*err = copy_from_root(m->root, &head, gpa, sizeof(head));
	if (*err)
		return NULL;
	/* If the size is impossible, the check of the head says what is wrong. */
	if (head.total_size < sizeof(head) || head.total_size > JAILHOUSE_MAX_CONFIG_SIZE) {
		*err = check_config(&head, sizeof(head));
		return NULL;
	}
	cell = cell_alloc(m, head.total_size);
	if (!cell) {
		*err = -ENOMEM;
		return NULL;
	}
	blob = (u8 *)cell + DESC_OFFSET;
	memcpy(blob, &head, sizeof(head));
	*err = copy_from_root(m->root, blob + sizeof(head), gpa + sizeof(head),
			      head.total_size - sizeof(head));
	if (!*err)
		*err = check_config(blob, head.total_size);
	if (!*err)
		return cell;
	cell_free(cell);
	return NULL;
}

/* Has the driver put another configuration at the same place since the last call? */
bool cell_same_config(const struct cell *cell, u64 config_gpa)
{
	u32 checksum;

	return !copy_from_root(cell->machine->root, &checksum,
			       config_gpa + offsetof(struct jailhouse_cell_desc, checksum),
			       sizeof(checksum)) &&
	       checksum == cell->desc->checksum;
}

/* Each cell has a CPU, so there are fewer cells than CPUs: one page has a pointer to each. */
int cell_check_fits(const struct cpu *self, const struct cell *cell)
{
	const struct jailhouse_cell_desc **others;
	struct machine *m = cell->machine;
	const struct cell *other;
	struct config_reason why;
	unsigned int count = 0;
	int err;

	static_assert(MAX_CPUS * sizeof(others[0]) <= PAGE_SIZE);
	others = page_alloc(&m->pool, 1);
	if (!others)
		return no_memory(m);
	for_each_cell(m, other)
		if (!cell_is_root(other))
			others[count++] = other->desc;
	err = config_check_cell_fits(cell->desc, m->system, &m->root_memory, others, count,
				     &m->root->cpus, &why);
	page_free(&m->pool, others, 1);
	if (err) {
		log_error("%s", why.text);
	} else if (cpu_set_has(&cell->cpus, self->id)) {
		log_error("CPU %u is the one that creates the cell", self->id);
		err = -EBUSY;
	}
	return err;
}
