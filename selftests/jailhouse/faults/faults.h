/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _JAILHOUSE_FAULTS_H
#define _JAILHOUSE_FAULTS_H

#include <linux/dcache.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>

/* Returns to the caller of the probed function, which has done nothing. */
asmlinkage void faults_return(void);
int faults_probe_again(struct kprobe *probe);

int vmx_faults_init(struct dentry *dir);
void vmx_faults_exit(void);
void in_use_faults_init(struct dentry *dir);
void in_use_faults_exit(void);
void driver_faults_init(struct dentry *dir);
void driver_faults_exit(void);

#endif
