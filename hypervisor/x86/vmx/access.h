/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading and writing the current VMCS, each field by what has its width in its name. Another
 * one does not compile, where the CPU would say nothing: VMREAD zero-extends a narrower field,
 * and VMWRITE drops the bits that it does not have (SDM 3C 31.3).
 *
 * These are macros, so that the compiler sees one function to inline, and not a layer above it.
 */
#ifndef _VMX_ACCESS_H
#define _VMX_ACCESS_H

#include "fields.h"
#include <vmx/ops.h>

#define vmcs_read16(field)		vmread((union vmcs_any)VMCS_ANY16(field))
#define vmcs_read32(field)		vmread((union vmcs_any)VMCS_ANY32(field))
#define vmcs_read64(field)		vmread((union vmcs_any)VMCS_ANY64(field))
#define vmcs_read_natural(field)	vmread((union vmcs_any)VMCS_ANY_NATURAL(field))

#define vmcs_write16(field, val)	vmwrite((union vmcs_any)VMCS_ANY16(field), val)
#define vmcs_write32(field, val)	vmwrite((union vmcs_any)VMCS_ANY32(field), val)
#define vmcs_write64(field, val)	vmwrite((union vmcs_any)VMCS_ANY64(field), val)
#define vmcs_write_natural(field, val)	vmwrite((union vmcs_any)VMCS_ANY_NATURAL(field), val)

#endif
