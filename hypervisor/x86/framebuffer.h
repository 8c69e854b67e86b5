/* SPDX-License-Identifier: GPL-2.0-only */
/* Text on a linear framebuffer. */
#ifndef _X86_FRAMEBUFFER_H
#define _X86_FRAMEBUFFER_H

#include "types.h"
#include <jailhouse/console.h>

/* A screen of 3840 by 2160 pixels, 32 bits each, has less. */
#define FRAMEBUFFER_MAX_SIZE	0x2000000U

/**
 * struct framebuffer - a screen
 * @memory: its first pixel
 * @pitch: bytes from one line of pixels to the next
 * @pixel_bytes: bytes of a pixel; all bits set is white, whatever the colours' order
 * @scale: pixels of a dot, across and down
 * @columns: characters of a line
 * @rows: lines of text
 * @column: where the next character goes
 * @row: in this line
 */
struct framebuffer {
	volatile u8 *memory;
	u32 pitch;
	unsigned int pixel_bytes;
	unsigned int scale;
	unsigned int columns;
	unsigned int rows;
	unsigned int column;
	unsigned int row;
};

/**
 * framebuffer_usable() - can there be text on it?
 * @desc: what the driver says of it
 */
bool framebuffer_usable(const struct jailhouse_framebuffer *desc);

/**
 * framebuffer_init() - begin at the top
 * @fb: to be filled in
 * @desc: its description, usable
 * @memory: where it is mapped
 */
void framebuffer_init(struct framebuffer *fb, const struct jailhouse_framebuffer *desc,
		      volatile void *memory);

/** framebuffer_write() - write @length characters of @text, never outside of the screen. */
void framebuffer_write(struct framebuffer *fb, const char *text, size_t length);

#endif
