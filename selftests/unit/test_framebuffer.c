// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/framebuffer.c */
/* Text on a screen that is an array: what is drawn, and that nothing is drawn outside. */
#include <stdio.h>
#include <string.h>
#include "unit.h"
#include "framebuffer.h"

#define GUARD	256

static u8 memory[GUARD + FRAMEBUFFER_MAX_SIZE / 8 + GUARD];
static struct framebuffer fb;
static struct jailhouse_framebuffer desc;

static void begin(u16 width, u16 height, u16 depth, u32 gap)
{
	desc = (struct jailhouse_framebuffer) {
		.address = 0xc0000000, .width = width, .height = height, .depth = depth,
		.pitch = width * depth / 8U + gap,
	};
	memset(memory, 0x5a, GUARD + desc.pitch * height + GUARD);
	framebuffer_init(&fb, &desc, memory + GUARD);
}

static void say(const char *text)
{
	framebuffer_write(&fb, text, strlen(text));
}

/* Nothing before, behind, and between the lines of pixels. */
static bool outside_untouched(void)
{
	const u32 line = desc.width * desc.depth / 8U;
	u32 x, y;

	for (x = 0; x < GUARD; x++)
		if (memory[x] != 0x5a || memory[GUARD + desc.pitch * desc.height + x] != 0x5a)
			return false;
	for (y = 0; y < desc.height; y++)
		for (x = line; x < desc.pitch; x++)
			if (memory[GUARD + y * desc.pitch + x] != 0x5a)
				return false;
	return true;
}

/* A character's place as dots, '#' and '.', in @scale: all bytes of a dot have to agree. */
static const char *look(unsigned int column, unsigned int row)
{
	const unsigned int dot = fb.scale * desc.depth / 8U;
	static char text[8 * 7 + 1];
	char *to = text;
	unsigned int x, y, n, line;
	u8 first;

	for (y = 0; y < 8; y++) {
		for (x = 0; x < 6; x++) {
			first = memory[GUARD + (row * 8 + y) * fb.scale * desc.pitch +
				       (column * 6 + x) * dot];
			for (line = 0; line < fb.scale; line++)
				for (n = 0; n < dot; n++)
					if (memory[GUARD + ((row * 8 + y) * fb.scale + line) *
						   desc.pitch + (column * 6 + x) * dot + n] !=
					    first)
						return "torn";
			*to++ = first == 0xff ? '#' : first ? '?' : '.';
		}
		*to++ = '/';
	}
	return text;
}

#define LETTER_F	"#####./#...../#...../###.../#...../#...../#...../....../"
#define EMPTY		"....../....../....../....../....../....../....../....../"
#define BLOCK		"#####./#####./#####./#####./#####./#####./#####./....../"

UNIT(a_letter_looks_like_one)
{
	static const u16 depths[] = { 16, 24, 32 };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(depths); n++) {
		unit_row("%u bits", depths[n]);
		begin(64, 32, depths[n], 12);
		CHECK_EQ(fb.columns, 10);
		CHECK_EQ(fb.rows, 4);
		say("F F\x01\x80");
		CHECK_STR(look(0, 0), LETTER_F);
		CHECK_STR(look(1, 0), EMPTY);
		CHECK_STR(look(2, 0), LETTER_F);
		CHECK_STR(look(3, 0), BLOCK);
		CHECK_STR(look(4, 0), BLOCK);
		CHECK(outside_untouched());
	}
}

UNIT(large_screens_have_large_dots)
{
	begin(1280, 64, 32, 64);
	CHECK_EQ(fb.columns, 213);
	begin(1920, 64, 32, 64);
	CHECK_EQ(fb.columns, 160);
	CHECK_EQ(fb.rows, 4);
	say("xF");
	CHECK_STR(look(1, 0), LETTER_F);
	CHECK(outside_untouched());
}

UNIT(lines_end_and_go_on_at_the_top)
{
	char line[12];
	unsigned int n;

	begin(64, 32, 32, 0);
	say("1\nF");
	CHECK_STR(look(0, 1), LETTER_F);
	/* Ten characters fill a line, the next one starts another. */
	say("\n0123456789F");
	CHECK_STR(look(0, 3), LETTER_F);
	/* The line that is next is empty, and the one behind it can still be read. */
	CHECK_STR(look(0, 0), EMPTY);
	CHECK_STR(look(0, 1), LETTER_F);
	say("\nF");
	CHECK_STR(look(0, 0), LETTER_F);
	CHECK_STR(look(0, 1), EMPTY);
	CHECK_STR(look(0, 3), LETTER_F);
	for (n = 0; n < 1000; n++) {
		snprintf(line, sizeof(line), "%u\n", n);
		say(line);
	}
	CHECK(outside_untouched());
}

/* No two characters look the same, and only the space is empty. */
UNIT(every_character_has_a_shape)
{
	char shapes[95][8 * 7 + 1];
	unsigned int a, b;
	char c;

	begin(64, 32, 32, 0);
	for (a = 0; a < ARRAY_SIZE(shapes); a++) {
		c = (char)(' ' + a);
		framebuffer_init(&fb, &desc, memory + GUARD);
		framebuffer_write(&fb, &c, 1);
		strcpy(shapes[a], look(0, 0));
		unit_row("'%c'", c);
		CHECK(!a == !strcmp(shapes[a], EMPTY));
		CHECK(!a == !strchr(shapes[a], '#'));
		for (b = 0; b < a; b++)
			CHECK(strcmp(shapes[a], shapes[b]));
	}
}

UNIT(screens_that_cannot_be_used)
{
	static const struct {
		struct jailhouse_framebuffer desc;
		bool want;
	} rows[] = {
		{ { 0xc0000000, 7680, 1920, 1080, 32, { 0 } }, true },
		{ { 0xc0000000, 15360, 3840, 2160, 32, { 0 } }, true },
		{ { 0, 7680, 1920, 1080, 32, { 0 } }, false },
		{ { 0xc0000000, 7679, 1920, 1080, 32, { 0 } }, false },
		{ { 0xc0000000, 7680, 1920, 1080, 8, { 0 } }, false },
		{ { 0xc0000000, 7680, 1920, 1080, 15, { 0 } }, false },
		{ { 0xc0000000, 15360, 1920, 1080, 64, { 0 } }, false },
		{ { 0xc0000000, 7680, 5, 1080, 32, { 0 } }, false },
		{ { 0xc0000000, 7680, 1920, 15, 32, { 0 } }, false },
		{ { 0xc0000000, 0xffffffff, 1920, 1080, 32, { 0 } }, false },
		{ { 0xc0000000, 0x10000, 1920, 1080, 32, { 0 } }, false },
		{ { 0xc0000000, 0, 0, 0, 0, { 0 } }, false },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		CHECK_EQ(framebuffer_usable(&rows[n].desc), rows[n].want);
	}
}
