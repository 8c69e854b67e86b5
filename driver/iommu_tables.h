/* SPDX-License-Identifier: GPL-2.0-only */
/* Are ACPI's tables of IOMMUs whole? */
#ifndef _JH_IOMMU_TABLES_H
#define _JH_IOMMU_TABLES_H

#include <linux/types.h>

struct acpi_ivrs_de_header;
struct acpi_ivrs_header;
struct reason;

int jh_check_iommu_tables(struct reason *why);
const struct acpi_ivrs_de_header *jh_ivrs_devices(const struct acpi_ivrs_header *unit);
size_t jh_ivrs_device_length(const struct acpi_ivrs_de_header *device, const void *end);

#endif
