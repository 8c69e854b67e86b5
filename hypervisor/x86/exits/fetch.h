/* SPDX-License-Identifier: GPL-2.0-only */
/* The instruction that an exit has to carry out. */
#ifndef _EXITS_FETCH_H
#define _EXITS_FETCH_H

#include "decode.h"

/**
 * fetch_instruction() - read and decode the instruction at which the guest exited
 * @rip: where it is
 * @insn: receives it; valid until the next call on this CPU
 *
 * It need not be what the CPU has tried to execute: another CPU of the guest may have written
 * other bytes there, or other page tables, since.
 *
 * Return: 0, or a negative error: -ESTALE if it is not there any more, INSN_UNDEFINED or
 * another one of the decoder's.
 */
int fetch_instruction(u64 rip, struct insn **insn);

#endif
