// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are loaded into cells: a kernel and an initrd need not be copied through configfs,
 * which keeps them twice in Linux's memory, but are read when the cell starts.
 *
 * A path means what it means to whoever writes it, and then to whoever starts the cell: both
 * are processes of the administrator's.
 */
#include "image_file.h"
#include "operation.h"
#include "reason.h"

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Bytes that are read at once. */
#define CHUNK_SIZE	0x10000

/* Of a longer path the end is named: else nothing else of a sentence would be left. */
#define PATH_NAMED	200

static const char *named(const char *path)
{
	size_t length = strlen(path);

	return length > PATH_NAMED ? path + length - PATH_NAMED : path;
}

static int read_error(const char *path, int err, struct reason *why)
{
	return jh_refuse(why, err, "%s cannot be read (error %d)", named(path), err);
}

/*
 * To read one of configfs' files is to ask a driver, perhaps this one, which would wait for itself.
 * Nor are they images, though they look like regular files of a page.
 */
static bool is_in_configfs(const struct file *file)
{
	return !strcmp(d_real_inode(file->f_path.dentry)->i_sb->s_type->name, "configfs");
}

static int check_file(const struct file *file, const char *path, struct reason *why)
{
	if (!S_ISREG(file_inode(file)->i_mode))
		return jh_refuse(why, -EINVAL, "%s is no regular file", named(path));
	if (is_in_configfs(file))
		return jh_refuse(why, -EINVAL, "%s is in configfs, where no images are",
				 named(path));
	return 0;
}

/* Without waiting for whoever may be at the other end of what is no regular file. */
static struct file *open_file(const char *path, struct reason *why)
{
	struct file *file = filp_open(path, O_RDONLY | O_NONBLOCK | O_LARGEFILE, 0);
	int err;

	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		if (err == -ENOENT)
			jh_refuse(why, err, "there is no %s", named(path));
		else
			read_error(path, err, why);
		return file;
	}
	err = check_file(file, path, why);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

/* Return: 0, or -EIO if there is less. */
static int read_all(struct file *file, const char *path, loff_t pos, void *buffer, size_t size,
		    struct reason *why)
{
	ssize_t got;

	while (size) {
		got = kernel_read(file, buffer, size, &pos);
		if (got < 0)
			return read_error(path, got, why);
		if (!got)
			return jh_refuse(why, -EIO, "%s has become shorter meanwhile", named(path));
		buffer += got;
		size -= got;
	}
	return 0;
}

/**
 * jh_image_file_look() - is there such a file, and how long is it?
 * @path: absolute
 * @head: receives the first bytes, as far as there are so many
 * @head_size: how many
 * @size: receives the length of the file, which is not 0
 * @why: receives the reason
 *
 * Context: process context, may sleep; as long as the file system takes, but a fatal signal
 * ends that.
 *
 * Return: 0; -ENOENT and others as open() and read(); -EINVAL: it is no regular file,
 * or in configfs;
 * -ENODATA: it is empty.
 */
int jh_image_file_look(const char *path, void *head, size_t head_size, size_t *size,
		       struct reason *why)
{
	struct file *file = open_file(path, why);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	*size = i_size_read(file_inode(file));
	if (!*size)
		err = jh_refuse(why, -ENODATA, "%s is empty", named(path));
	else
		err = read_all(file, path, 0, head, min(head_size, *size), why);
	fput(file);
	return err;
}

/*
 * By way of a buffer: a file system may want the pages behind the address that it reads to, and
 * RAM that Linux was told to leave alone has none.
 */
static int read_chunks(struct file *file, const char *path, loff_t pos, void *memory, size_t size,
		       struct reason *why)
{
	void *buffer = kmalloc(CHUNK_SIZE, GFP_KERNEL);
	size_t done, chunk;
	int err = 0;

	if (!buffer)
		return jh_refuse(why, -ENOMEM, "no memory");
	for (done = 0; !err && done < size; done += chunk) {
		chunk = min_t(size_t, size - done, CHUNK_SIZE);
		err = jh_operation_give_up(why);
		if (!err)
			err = read_all(file, path, pos + done, buffer, chunk, why);
		if (!err)
			memcpy(memory + done, buffer, chunk);
	}
	kfree(buffer);
	return err;
}

/**
 * jh_image_file_read() - read a file into a cell's memory
 * @path: absolute
 * @pos: from where in the file
 * @memory: where to
 * @size: how much; what the file has behind it stays there
 * @why: receives the reason
 *
 * A large file on a slow medium takes long: between two chunks somebody may ask to give up.
 *
 * Context: as jh_image_file_look(), in an operation.
 *
 * Return: 0; those of jh_image_file_look(); -EIO if the file is shorter; -ENOMEM; those of
 * jh_operation_give_up().
 */
int jh_image_file_read(const char *path, loff_t pos, void *memory, size_t size,
		       struct reason *why)
{
	struct file *file = open_file(path, why);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = read_chunks(file, path, pos, memory, size, why);
	fput(file);
	return err;
}
