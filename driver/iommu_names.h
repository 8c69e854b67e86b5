/* SPDX-License-Identifier: GPL-2.0-only */
/* By which numbers an IOMMU of AMD's knows who sends interrupts. */
#ifndef _JH_IOMMU_NAMES_H
#define _JH_IOMMU_NAMES_H

#include <linux/types.h>

void jh_ivrs_passing(void (*found)(void *arg, u16 name), void *arg);
u16 jh_ivrs_name(u16 bdf);
int jh_ivrs_lacks_ioapic(void);

#endif
