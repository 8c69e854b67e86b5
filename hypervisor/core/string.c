// SPDX-License-Identifier: GPL-2.0-only
/*
 * String functions for freestanding code, with the C library's semantics.
 *
 * The compiler emits calls to the first four on its own, so they must exist
 * under these names, and must not be compiled into calls of themselves: build
 * this file with -fno-tree-loop-distribute-patterns (gcc) or -fno-builtin
 * (clang).
 */
#include "string.h"
#include "types.h"

/* Unaligned accesses of eight bytes, which may alias anything. */
typedef u64 __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *dest, const void *src, size_t n)
{
	const unsigned char *from = src;
	unsigned char *to = dest;

	for (; n >= sizeof(word); n -= sizeof(word)) {
		*(word *)to = *(const word *)from;
		to += sizeof(word);
		from += sizeof(word);
	}
	while (n--)
		*to++ = *from++;
	return dest;
}

void *memmove(void *dest, const void *src, size_t n)
{
	const unsigned char *from = src;
	unsigned char *to = dest;

	/* Forward is wrong only when @dest begins inside the source. */
	if ((size_t)to - (size_t)from >= n) {
		while (n--)
			*to++ = *from++;
	} else {
		while (n--)
			to[n] = from[n];
	}
	return dest;
}

void *memset(void *dest, int c, size_t n)
{
	const word pattern = (unsigned char)c * 0x0101010101010101ULL;
	unsigned char *to = dest;

	for (; n >= sizeof(word); n -= sizeof(word)) {
		*(word *)to = pattern;
		to += sizeof(word);
	}
	while (n--)
		*to++ = (unsigned char)c;
	return dest;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *left = a, *right = b;

	for (; n--; left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}

size_t strlen(const char *str)
{
	size_t len = 0;

	while (str[len])
		len++;
	return len;
}

size_t strnlen(const char *str, size_t max)
{
	size_t len = 0;

	while (len < max && str[len])
		len++;
	return len;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n--; a++, b++) {
		if (*a != *b)
			return (unsigned char)*a - (unsigned char)*b;
		if (!*a)
			break;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++)
		b++;
	return (unsigned char)*a - (unsigned char)*b;
}
