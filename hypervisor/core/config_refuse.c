// SPDX-License-Identifier: GPL-2.0-only
/* Check of configurations: the sentences in which one is refused. */
#include "config_internal.h"
#include "errno.h"
#include "format.h"

static int __printf(4, 0) vrefuse(struct config_reason *why, int error, size_t at,
				  const char *fmt, va_list ap)
{
	fmt_vsnprintf(why->text + at, sizeof(why->text) - at, fmt, ap);
	why->error = error;
	return error;
}

int refuse(struct config_reason *why, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vrefuse(why, error, 0, fmt, ap);
	va_end(ap);
	return error;
}

/* Where to go on after a text of @length that may have been cut. */
static size_t continue_at(const struct config_reason *why, int length)
{
	return MIN((size_t)length, sizeof(why->text) - 1);
}

int refuse_memory(struct config_reason *why, int error,
		  unsigned int number,
		  const struct jailhouse_memory *mem,
		  const char *fmt, ...)
{
	const u64 start = mem->flags & JAILHOUSE_MEM_COMM_REGION ? mem->virt_start :
								   mem->phys_start;
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text),
			      "memory region %u (0x%llx-0x%llx) ",
			      number, start, start + mem->size);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}

int refuse_pio(struct config_reason *why, int error,
	       unsigned int number, const struct jailhouse_pio *pio,
	       const char *fmt, ...)
{
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text), "port region %u (0x%x-0x%llx) ",
			      number, pio->base, (u64)pio->base + pio->length - 1);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}

int refuse_pci(struct config_reason *why, int error,
	       unsigned int number,
	       const struct jailhouse_pci_device *dev,
	       const char *fmt, ...)
{
	va_list ap;
	int length;

	length = fmt_snprintf(why->text, sizeof(why->text),
			      "PCI device %u (%04x:%02x:%02x.%x) ", number, config_domain(dev),
			      dev->bdf >> 8, dev->bdf >> 3 & 0x1f, dev->bdf & 7);
	va_start(ap, fmt);
	vrefuse(why, error, continue_at(why, length), fmt, ap);
	va_end(ap);
	return error;
}
