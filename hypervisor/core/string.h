/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the C library's string functions that freestanding code needs. */
#ifndef JAILHOUSE_STRING_H
#define JAILHOUSE_STRING_H

#ifdef __KERNEL__

#include <linux/string.h>

#else

#include <stddef.h>

/**
 * memcpy() - copy between areas that do not overlap
 * @dest: where to
 * @src: where from
 * @n: bytes
 *
 * Return: @dest.
 */
void *memcpy(void *dest, const void *src, size_t n);

/**
 * memmove() - copy between areas that may overlap
 * @dest: where to
 * @src: where from
 * @n: bytes
 *
 * Return: @dest.
 */
void *memmove(void *dest, const void *src, size_t n);

/**
 * memset() - fill an area with one byte
 * @dest: where to
 * @c: the byte, converted to unsigned char
 * @n: bytes
 *
 * Return: @dest.
 */
void *memset(void *dest, int c, size_t n);

/**
 * memcmp() - compare two areas as unsigned bytes
 * @a: one area
 * @b: other area
 * @n: bytes
 *
 * Return: 0 when equal, else the sign of the first difference.
 */
int memcmp(const void *a, const void *b, size_t n);

/**
 * strlen() - length of a string
 * @str: NUL-terminated string
 *
 * Return: number of characters before the NUL.
 */
size_t strlen(const char *str);

/**
 * strnlen() - length of a string that may lack its NUL
 * @str: at least @max readable characters or a NUL before
 * @max: upper bound
 *
 * Return: number of characters before the NUL, @max when there is none.
 */
size_t strnlen(const char *str, size_t max);

/**
 * strcmp() - compare two strings
 * @a: one string
 * @b: other string
 *
 * Return: 0 when equal, else the sign of the first difference.
 */
int strcmp(const char *a, const char *b);

/**
 * strncmp() - compare the beginnings of two strings
 * @a: one string
 * @b: other string
 * @n: characters to look at, at most
 *
 * Return: 0 when equal, else the sign of the first difference.
 */
int strncmp(const char *a, const char *b, size_t n);

#endif

#endif /* JAILHOUSE_STRING_H */
