// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME/images: what is loaded into a cell besides its
 * `image`; and the attributes that both have.
 */
#include "configfs_image.h"
#include "blob.h"
#include "cell.h"
#include "images.h"
#include "operation.h"
#include "reason.h"

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <config_check.h>

/**
 * struct image_item - a directory in images/
 * @item: the directory
 * @image: what it stages
 * @cell: whose image it is; the cell's directory cannot go before this one
 */
struct image_item {
	struct config_item item;
	struct staged_image image;
	struct jh_cell *cell;
};

static struct image_item *to_image(struct config_item *item)
{
	return container_of(item, struct image_item, item);
}

/*
 * Attributes
 */

/**
 * jh_image_data_write() - stage what was written
 * @cell: whose image it is
 * @image: the image
 * @data: bytes
 * @size: how many
 *
 * Return: @size, or -ENOMEM, which configfs drops.
 */
ssize_t jh_image_data_write(struct jh_cell *cell, struct staged_image *image,
			    const void *data, size_t size)
{
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = jh_image_stage(image, data, size, &why);
	jh_cell_error_set(cell, NULL, err, &why);
	mutex_unlock(&jh_lock);
	return err ?: size;
}

/*
 * Stores a number, after naming the attribute if it is none; and then also that it was written,
 * at once: else it could be taken for one that nobody has written, and be replaced.
 */
static ssize_t store_number(struct jh_cell *cell, const struct staged_image *image,
			    const char *attribute, const char *page, size_t count, u64 max,
			    u64 *number, bool *written)
{
	char path[sizeof(image->name) + 16];
	struct reason why;
	u64 value;
	int err;

	/* The cell's own image has its attributes in the cell's directory. */
	if (image == &cell->image)
		strscpy(path, attribute, sizeof(path));
	else
		snprintf(path, sizeof(path), "%s/%s", image->name, attribute);
	err = mutex_lock_interruptible(&jh_lock);
	if (err)
		return err;
	err = jh_check_text(page, count, &why) ?: jh_parse_number(page, &value, &why);
	if (!err && value > max)
		err = jh_refuse(&why, -ERANGE, "0x%llx is the largest", max);
	if (!err)
		WRITE_ONCE(*number, value);
	if (!err && written)
		WRITE_ONCE(*written, true);
	jh_cell_error_set(cell, path, err, &why);
	mutex_unlock(&jh_lock);
	return err;
}

/** jh_image_address_show() - where it is to be loaded. */
ssize_t jh_image_address_show(const struct staged_image *image, char *page)
{
	return sysfs_emit(page, "0x%llx\n", READ_ONCE(image->address));
}

/* Where it belongs: see jh_image_settle(). */
static int place_nowhere(struct jh_cell *cell, struct staged_image *image)
{
	struct reason why;
	int err = mutex_lock_interruptible(&jh_lock);

	if (err)
		return err;
	WRITE_ONCE(image->placed, false);
	WRITE_ONCE(image->address, 0);
	jh_image_settle(cell);
	jh_cell_error_set(cell, NULL, 0, &why);
	mutex_unlock(&jh_lock);
	return 0;
}

/** jh_image_address_store() - where to load it, guest-physical; returns @count or an errno. */
ssize_t jh_image_address_store(struct jh_cell *cell, struct staged_image *image,
			       const char *attribute, const char *page, size_t count)
{
	if (strlen(page) == count && sysfs_streq(page, "auto"))
		return place_nowhere(cell, image) ?: count;
	return store_number(cell, image, attribute, page, count, CONFIG_GUEST_PHYS_END - 1,
			    &image->address, &image->placed) ?: count;
}

/** jh_image_size_show() - how much is staged. */
ssize_t jh_image_size_show(const struct staged_image *image, char *page)
{
	return sysfs_emit(page, "%zu\n", READ_ONCE(image->size));
}

/** jh_image_size_store() - how much there has to be; returns @count or an errno. */
ssize_t jh_image_size_store(struct jh_cell *cell, struct staged_image *image,
			    const char *attribute, const char *page, size_t count)
{
	return store_number(cell, image, attribute, page, count, JH_IMAGE_WRITE_MAX,
			    &image->expected, NULL) ?: count;
}

static ssize_t image_data_attr_write(struct config_item *item, const void *data,
				     size_t size)
{
	struct image_item *self = to_image(item);

	return jh_image_data_write(self->cell, &self->image, data, size);
}

static struct configfs_bin_attribute image_attr_data = {
	.cb_attr = {
		.ca_name = "data",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0200,
	},
	.cb_max_size = JH_IMAGE_WRITE_MAX,
	.write = image_data_attr_write,
};

static ssize_t image_attr_address_show(struct config_item *item, char *page)
{
	return jh_image_address_show(&to_image(item)->image, page);
}

static ssize_t image_attr_address_store(struct config_item *item, const char *page,
					size_t count)
{
	struct image_item *self = to_image(item);

	return jh_image_address_store(self->cell, &self->image, "address", page, count);
}

CONFIGFS_ATTR(image_attr_, address);

static ssize_t image_attr_size_show(struct config_item *item, char *page)
{
	return jh_image_size_show(&to_image(item)->image, page);
}

static ssize_t image_attr_size_store(struct config_item *item, const char *page,
				     size_t count)
{
	struct image_item *self = to_image(item);

	return jh_image_size_store(self->cell, &self->image, "size", page, count);
}

CONFIGFS_ATTR(image_attr_, size);

static ssize_t image_attr_path_show(struct config_item *item, char *page)
{
	const struct staged_image *image = &to_image(item)->image;
	ssize_t length = 0;

	mutex_lock(&jh_lock);
	if (image->path)
		length = sysfs_emit(page, "%s\n", image->path);
	mutex_unlock(&jh_lock);
	return length;
}

/*
 * One line feed ends a line; a name may have others. What fills all that a write has room for may
 * be half of something, whose other half would be taken for another path.
 */
static int look(struct staged_image *named, const char *page, size_t count, struct reason *why)
{
	if (count >= PAGE_SIZE - 1)
		return jh_refuse(why, -ENAMETOOLONG, "takes a path of %lu bytes at most",
				 PAGE_SIZE - 2);
	if (jh_check_text(page, count, why))
		return -EINVAL;
	named->path = kstrndup(page, count && page[count - 1] == '\n' ? count - 1 : count,
			       GFP_KERNEL);
	return named->path ? jh_image_look(named, why) : jh_refuse(why, -ENOMEM, "no memory");
}

static int set_path(struct image_item *self, struct staged_image *named, int refused,
		    const struct reason *why)
{
	char attribute[sizeof(self->image.name) + 8];
	int err = mutex_lock_interruptible(&jh_lock);

	if (err)
		return err;
	if (!refused)
		jh_image_take_file(&self->image, named);
	snprintf(attribute, sizeof(attribute), "%s/path", self->image.name);
	jh_cell_error_set(self->cell, attribute, refused, why);
	mutex_unlock(&jh_lock);
	return refused;
}

static ssize_t image_attr_path_store(struct config_item *item, const char *page,
				     size_t count)
{
	struct staged_image named = { .path = NULL };
	struct reason why;
	int err = look(&named, page, count, &why);

	err = set_path(to_image(item), &named, err, &why);
	jh_image_drop(&named);
	return err ?: count;
}

CONFIGFS_ATTR(image_attr_, path);

/*
 * Directories
 */

static void release_image(struct config_item *item)
{
	struct image_item *self = to_image(item);

	jh_image_drop(&self->image);
	kfree(self);
}

static struct configfs_item_operations image_ops = {
	.release = release_image,
};

static struct configfs_attribute *image_attrs[] = {
	&image_attr_attr_address,
	&image_attr_attr_size,
	&image_attr_attr_path,
	NULL,
};

static struct configfs_bin_attribute *image_bin_attrs[] = {
	&image_attr_data,
	NULL,
};

static const struct config_item_type image_type = {
	.ct_item_ops = &image_ops,
	.ct_attrs = image_attrs,
	.ct_bin_attrs = image_bin_attrs,
	.ct_owner = THIS_MODULE,
};

static int new_image(struct jh_cell *cell, const char *name,
		     struct image_item **image, struct reason *why)
{
	char path[sizeof((*image)->image.name)];
	struct image_item *self;
	int err;

	err = jh_check_name(name, why);
	if (err)
		return err;
	self = kzalloc(sizeof(*self), GFP_KERNEL);
	if (!self)
		return jh_refuse(why, -ENOMEM, "no memory");
	snprintf(path, sizeof(path), "images/%s", name);
	jh_image_init(&self->image, path, &self->item);
	self->cell = cell;
	list_add_tail(&self->image.node, &cell->images);
	config_item_init_type_name(&self->item, name, &image_type);
	*image = self;
	return 0;
}

static struct config_item *make_image(struct config_group *group, const char *name)
{
	struct jh_cell *cell = container_of(group, struct jh_cell,
						   images_group);
	struct image_item *self = NULL;
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = new_image(cell, name, &self, &why);
	jh_cell_error_set(cell, "images", err, &why);
	mutex_unlock(&jh_lock);
	return err ? ERR_PTR(err) : &self->item;
}

static void drop_image(struct config_group *group, struct config_item *item)
{
	mutex_lock(&jh_lock);
	list_del_init(&to_image(item)->image.node);
	mutex_unlock(&jh_lock);
	config_item_put(item);
}

static struct configfs_group_operations images_ops = {
	.make_item = make_image,
	.drop_item = drop_image,
};

const struct config_item_type jh_images_type = {
	.ct_group_ops = &images_ops,
	.ct_owner = THIS_MODULE,
};
