/* SPDX-License-Identifier: GPL-2.0-only */
/* The instruction that an exit has to carry out. */
#ifndef _EXITS_FETCH_H
#define _EXITS_FETCH_H

#include "decode.h"

/* An instruction has 15 bytes at most; two words are copied faster. */
#define FETCH_SIZE	16

/**
 * fetch_code() - read the bytes of the instruction at which the guest exited
 * @rip: where it is
 * @mode: of the code there, guest_code_mode()
 * @bytes: receives them
 *
 * Return: how many there are before a page that cannot be read, INSN_MAX_LENGTH at most; an error
 * of guest_read_code() if there is none.
 */
int fetch_code(u64 rip, enum insn_mode mode, u8 bytes[FETCH_SIZE]);

/**
 * fetch_instruction() - read and decode the instruction at which the guest exited
 * @rip: where it is
 * @insn: receives it; valid until the next call on this CPU
 *
 * A vector register's move is one, too. It need not be what the CPU has tried to execute: another
 * CPU of the guest may have written other bytes there, or other page tables, since.
 *
 * Return: 0, or a negative error: -ESTALE if it is not there any more, INSN_UNDEFINED or
 * another one of the decoder's.
 */
int fetch_instruction(u64 rip, struct insn **insn);

#endif
