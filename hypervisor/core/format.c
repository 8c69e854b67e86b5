// SPDX-License-Identifier: GPL-2.0-only
/* printf into a buffer. Stands alone: the inmates link it as well. */
#include "format.h"

/* Where text goes; @length counts on when the buffer is full. */
struct sink {
	char *buf;
	size_t size;
	size_t length;
};

/* One conversion: what stands between % and its letter. */
struct spec {
	bool left;
	bool zero;
	bool alternate;
	unsigned int width;
	unsigned int precision;
	unsigned int longs;	/* 1: long, 2: long long */
};

/* A va_list is an array on some targets: passed on by reference only like this. */
struct args {
	va_list ap;
};

static void put(struct sink *out, char c)
{
	if (out->length < out->size)
		out->buf[out->length] = c;
	out->length++;
}

static void pad(struct sink *out, char c, unsigned int width, unsigned int length)
{
	for (; length < width; length++)
		put(out, c);
}

static void put_text(struct sink *out, const struct spec *spec, const char *text,
		     unsigned int length)
{
	unsigned int i;

	if (!spec->left)
		pad(out, ' ', spec->width, length);
	for (i = 0; i < length; i++)
		put(out, text[i]);
	if (spec->left)
		pad(out, ' ', spec->width, length);
}

static void put_string(struct sink *out, const struct spec *spec, const char *text)
{
	unsigned int length = 0;

	if (!text)
		text = "(null)";
	while (length < spec->precision && text[length])
		length++;
	put_text(out, spec, text, length);
}

/* @prefix: sign or 0x; zeros of the padding go between it and the digits. */
static void put_number(struct sink *out, const struct spec *spec, u64 value,
		       unsigned int base, const char *digits, const char *prefix)
{
	char text[24];
	unsigned int start = sizeof(text), length;

	do {
		text[--start] = digits[value % base];
		value /= base;
	} while (value);

	length = (unsigned int)sizeof(text) - start;
	if (prefix[0])
		length += prefix[1] ? 2 : 1;

	if (!spec->left && !spec->zero)
		pad(out, ' ', spec->width, length);
	while (*prefix)
		put(out, *prefix++);
	if (!spec->left && spec->zero)
		pad(out, '0', spec->width, length);
	while (start < sizeof(text))
		put(out, text[start++]);
	if (spec->left)
		pad(out, ' ', spec->width, length);
}

static u64 fetch_unsigned(struct args *args, unsigned int longs)
{
	if (longs == 0)
		return va_arg(args->ap, unsigned int);
	if (longs == 1)
		return va_arg(args->ap, unsigned long);
	return va_arg(args->ap, unsigned long long);
}

static s64 fetch_signed(struct args *args, unsigned int longs)
{
	if (longs == 0)
		return va_arg(args->ap, int);
	if (longs == 1)
		return va_arg(args->ap, long);
	return va_arg(args->ap, long long);
}

static void put_signed(struct sink *out, const struct spec *spec, s64 value)
{
	const u64 magnitude = value < 0 ? 0 - (u64)value : (u64)value;

	put_number(out, spec, magnitude, 10, "0123456789", value < 0 ? "-" : "");
}

static void put_hex(struct sink *out, const struct spec *spec, u64 value, bool upper,
		    bool prefix)
{
	if (upper)
		put_number(out, spec, value, 16, "0123456789ABCDEF", prefix ? "0X" : "");
	else
		put_number(out, spec, value, 16, "0123456789abcdef", prefix ? "0x" : "");
}

static const char *parse_flags(const char *fmt, struct spec *spec)
{
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else if (*fmt == '#')
			spec->alternate = true;
		else
			return fmt;
	}
}

/* Digits or *; an absurd width is cut to a large one. */
static const char *parse_number(const char *fmt, struct args *args, unsigned int *number)
{
	int arg;

	*number = 0;
	if (*fmt == '*') {
		arg = va_arg(args->ap, int);
		*number = arg > 0 ? (unsigned int)arg : 0;
		return fmt + 1;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		if (*number < 10000)
			*number = *number * 10 + (unsigned int)(*fmt - '0');
	return fmt;
}

static const char *parse_spec(const char *fmt, struct spec *spec, struct args *args)
{
	*spec = (struct spec){ .precision = ~0U };

	fmt = parse_flags(fmt, spec);
	fmt = parse_number(fmt, args, &spec->width);
	if (*fmt == '.')
		fmt = parse_number(fmt + 1, args, &spec->precision);
	if (*fmt == 'z') {
		spec->longs = 1;
		return fmt + 1;
	}
	for (; *fmt == 'l' && spec->longs < 2; fmt++)
		spec->longs++;
	return fmt;
}

/* Return: whether @conversion is one. */
static bool convert(struct sink *out, const struct spec *spec, char conversion,
		    struct args *args)
{
	u64 value;
	char c;

	switch (conversion) {
	case 'd':
	case 'i':
		put_signed(out, spec, fetch_signed(args, spec->longs));
		return true;
	case 'u':
		value = fetch_unsigned(args, spec->longs);
		put_number(out, spec, value, 10, "0123456789", "");
		return true;
	case 'x':
	case 'X':
		value = fetch_unsigned(args, spec->longs);
		put_hex(out, spec, value, conversion == 'X', spec->alternate && value);
		return true;
	case 'p':
		put_hex(out, spec, (u64)(size_t)va_arg(args->ap, void *), false, true);
		return true;
	case 'c':
		c = (char)va_arg(args->ap, int);
		put_text(out, spec, &c, 1);
		return true;
	case 's':
		put_string(out, spec, va_arg(args->ap, const char *));
		return true;
	case '%':
		put(out, '%');
		return true;
	}
	return false;
}

int fmt_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct sink out = { .buf = buf, .size = size };
	const char *percent;
	struct spec spec;
	struct args args;

	va_copy(args.ap, ap);
	while (*fmt) {
		if (*fmt != '%') {
			put(&out, *fmt++);
			continue;
		}
		percent = fmt;
		fmt = parse_spec(fmt + 1, &spec, &args);
		if (convert(&out, &spec, *fmt, &args)) {
			fmt++;
			continue;
		}
		while (percent < fmt)
			put(&out, *percent++);
	}
	va_end(args.ap);

	if (size)
		buf[MIN(out.length, size - 1)] = '\0';
	return (int)out.length;
}

int fmt_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = fmt_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return length;
}
