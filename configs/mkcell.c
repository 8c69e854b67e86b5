// SPDX-License-Identifier: GPL-2.0-only
/*
 * mkcell: makes a .cell file of the data section of a compiled configuration, and tells
 * whether cells fit a system. The rules are those of the hypervisor, from the same file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "memory_map.h"

static const char *const usage =
	"usage: mkcell RAW OUTPUT         fill in lengths and checksum, check, write OUTPUT\n"
	"       mkcell --fits SYSTEM CELL...   does each cell fit, beside those before it?\n";

/* Each has a CPU, and one stays with the root cell. */
#define MAX_CELLS	(JAILHOUSE_MAX_CPUS - 1)

/* A file that was read; one byte more than may be, so that too long is noticed. */
struct blob {
	const char *path;
	unsigned char *data;
	size_t size;
};

static void __noreturn die(const char *path, const char *text)
{
	fprintf(stderr, "%s: %s\n", path, text);
	exit(1);
}

static struct blob read_blob(const char *path)
{
	struct blob blob = { .path = path, .data = calloc(1, JAILHOUSE_MAX_CONFIG_SIZE + 1) };
	FILE *file = fopen(path, "rb");

	if (!file || !blob.data) {
		perror(path);
		exit(1);
	}
	blob.size = fread(blob.data, 1, JAILHOUSE_MAX_CONFIG_SIZE + 1, file);
	fclose(file);
	return blob;
}

static void write_blob(const struct blob *blob, const char *path)
{
	FILE *file = fopen(path, "wb");
	bool ok = file && fwrite(blob->data, 1, blob->size, file) == blob->size;

	if (file && fclose(file) != 0)
		ok = false;
	if (!ok) {
		perror(path);
		remove(path);
		exit(1);
	}
}

static bool is_system(const struct blob *blob)
{
	return !memcmp(blob->data, JAILHOUSE_SYSTEM_SIGNATURE, JAILHOUSE_SIGNATURE_SIZE);
}

static int check(const struct blob *blob, struct config_reason *why)
{
	if (is_system(blob))
		return config_check_system(blob->data, blob->size, why);
	return config_check_cell(blob->data, blob->size, why);
}

/* The lists have the lengths that the counts say, and nothing stands between. */
static void require_size(const struct blob *blob, const char *output, u64 size)
{
	char text[200];

	if (blob->size == size)
		return;
	snprintf(text, sizeof(text),
		 "there are %zu bytes, but descriptor and lists take %llu by the counts (num_...)",
		 blob->size, size);
	die(output, text);
}

static void seal_system(struct blob *blob, const char *output)
{
	struct jailhouse_system *sys = (void *)blob->data;

	if (blob->size < sizeof(*sys))
		die(output, "shorter than struct jailhouse_system");
	require_size(blob, output, config_system_size(sys));
	sys->root_cell.total_size = (u32)config_size(&sys->root_cell);
	sys->total_size = (u32)blob->size;
	sys->checksum = config_checksum(blob->data, blob->size);
}

static void seal_cell(struct blob *blob, const char *output)
{
	struct jailhouse_cell_desc *desc = (void *)blob->data;

	if (memcmp(desc->signature, JAILHOUSE_CELL_DESC_SIGNATURE, JAILHOUSE_SIGNATURE_SIZE))
		die(output, "no signature: the only data must be one variable that is not const");
	if (blob->size < sizeof(*desc))
		die(output, "shorter than struct jailhouse_cell_desc");
	require_size(blob, output, config_size(desc));
	desc->total_size = (u32)blob->size;
	desc->checksum = config_checksum(blob->data, blob->size);
}

static int make(const char *raw, const char *output)
{
	struct blob blob = read_blob(raw);
	struct config_reason why;

	remove(output);
	if (is_system(&blob))
		seal_system(&blob, output);
	else
		seal_cell(&blob, output);
	if (check(&blob, &why))
		die(output, why.text);
	write_blob(&blob, output);
	return 0;
}

static void require_good(const struct blob *blob, bool system)
{
	struct config_reason why;

	if (is_system(blob) != system)
		die(blob->path, system ? "not a system configuration" : "not a cell configuration");
	if (check(blob, &why))
		die(blob->path, why.text);
}

/* What only the machine itself can tell. */
static void tell_unchecked(const struct jailhouse_cell_desc *root)
{
	if (!root->cpu_set_size)
		puts("not checked: whether the machine has these CPUs (the system lists none)");
	puts("not checked: whether Linux or its drivers use the memory, ports, pins and devices");
}

static int fits(const char *system, char **paths, int count)
{
	const struct jailhouse_cell_desc *cells[MAX_CELLS];
	struct blob sys = read_blob(system), blob;
	const struct jailhouse_system *head = (void *)sys.data;
	struct memory_map root_memory;
	struct config_reason why;
	struct cpu_set root_cpus, cpus;
	int n;

	require_good(&sys, true);
	if (count > MAX_CELLS)
		die(paths[MAX_CELLS], "there cannot be as many cells as that");
	config_cpu_set(&head->root_cell, &root_cpus);
	memory_map_init(&root_memory, &head->root_cell);
	for (n = 0; n < count; n++) {
		blob = read_blob(paths[n]);
		require_good(&blob, false);
		cells[n] = (void *)blob.data;
		if (config_check_cell_fits(cells[n], head, &root_memory, cells, (unsigned int)n,
					   &root_cpus, &why))
			die(paths[n], why.text);
		config_cpu_set(cells[n], &cpus);
		root_cpus = cpu_set_without(&root_cpus, &cpus);
	}
	tell_unchecked(&head->root_cell);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "--fits"))
		return fits(argv[2], argv + 3, argc - 3);
	if (argc == 3)
		return make(argv[1], argv[2]);
	fputs(usage, stderr);
	return 2;
}
