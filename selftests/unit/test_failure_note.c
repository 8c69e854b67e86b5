// SPDX-License-Identifier: GPL-2.0-only
/* Until when it is told that a cell has failed: driver/failure_note.h. */
/* HOST: kernel */
#include "unit.h"

#include "../../driver/failure_note.h"

static const char one, other;

UNIT(a_failure_is_told_until_the_next_operation)
{
	struct failure_note note = {};

	jh_failure_started(&note, &one);
	jh_failure_told(&note, &one, false);
	CHECK(!note.told);
	jh_failure_told(&note, &other, false);
	CHECK(!note.told);
	jh_failure_told(&note, &one, true);
	CHECK(note.told);
}

UNIT(a_cell_may_fail_before_its_start_has_ended)
{
	struct failure_note note = {};

	jh_failure_started(&note, &one);
	jh_failure_told(&note, &one, true);
	CHECK(!note.told);
	jh_failure_told(&note, &one, true);
	CHECK(note.told);
}

/* Who starts a cell finds what became of it, whatever others write meanwhile. */
UNIT(what_others_write_during_a_start_tells_nobody)
{
	struct failure_note note = {};

	jh_failure_started(&note, &one);
	jh_failure_told(&note, &other, false);
	jh_failure_told(&note, &other, true);
	jh_failure_told(&note, &one, true);
	CHECK(!note.told);
}

UNIT(a_start_tells_anew)
{
	struct failure_note note = { .told = true };

	jh_failure_started(&note, &one);
	CHECK(!note.told);
	/* Another one has started it before the first has ended. */
	jh_failure_started(&note, &other);
	jh_failure_told(&note, &one, true);
	jh_failure_told(&note, &other, true);
	CHECK(!note.told);
	jh_failure_told(&note, &one, true);
	CHECK(note.told);
}
