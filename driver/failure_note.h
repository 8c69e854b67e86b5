/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the user was told that a cell has failed: it is told until the next operation, also
 * where the cell failed before the one that started it had ended. What others write meanwhile is
 * no next operation; nor does it make the one that has started the cell one.
 */
#ifndef _JH_FAILURE_NOTE_H
#define _JH_FAILURE_NOTE_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct failure_note - of a cell
 * @starter: whose operation has started it and has not ended; NULL if there is none
 * @told: an operation has ended since it failed
 *
 * Several may write at once: who does what is then anybody's guess, but for a starter, whose own
 * operation is not that of anybody else.
 */
struct failure_note {
	const void *starter;
	bool told;
};

/** jh_failure_started() - the operation of @self starts the cell. */
static inline void jh_failure_started(struct failure_note *note, const void *self)
{
	WRITE_ONCE(note->starter, self);
	WRITE_ONCE(note->told, false);
}

/** jh_failure_told() - an operation of @self ends; @failed: the cell has. */
static inline void jh_failure_told(struct failure_note *note, const void *self, bool failed)
{
	const void *starter = READ_ONCE(note->starter);

	if (starter == self)
		WRITE_ONCE(note->starter, NULL);
	else if (!starter && failed)
		WRITE_ONCE(note->told, true);
}

#endif
