/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _JAILHOUSE_FAULTS_H
#define _JAILHOUSE_FAULTS_H

#include <linux/dcache.h>

int vmx_faults_init(struct dentry *dir);
void vmx_faults_exit(void);

#endif
