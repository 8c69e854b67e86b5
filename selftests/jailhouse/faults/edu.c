// SPDX-License-Identifier: GPL-2.0-only
/*
 * jailhouse-edu: a driver for QEMU's "edu" device, which interrupts by MSI when anything is
 * written to "raise" in its directory in sysfs. /proc/interrupts counts that as "jailhouse-edu".
 */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8

/* Registers (QEMU, docs/specs/edu.rst). */
#define EDU_RAISED	0x24
#define EDU_RAISE	0x60
#define EDU_ACK		0x64

static ssize_t raise_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t size)
{
	writel(1, (void __iomem *)dev_get_drvdata(dev) + EDU_RAISE);
	return size;
}

static DEVICE_ATTR_WO(raise);

static struct attribute *edu_attrs[] = { &dev_attr_raise.attr, NULL };
ATTRIBUTE_GROUPS(edu);

static irqreturn_t edu_interrupt(int irq, void *registers)
{
	const u32 raised = readl(registers + EDU_RAISED);

	if (!raised)
		return IRQ_NONE;
	writel(raised, registers + EDU_ACK);
	return IRQ_HANDLED;
}

static int edu_start(struct pci_dev *dev, void __iomem *registers)
{
	int err;

	pci_set_master(dev);
	err = pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSI);
	if (err < 0)
		return err;
	err = request_irq(pci_irq_vector(dev, 0), edu_interrupt, 0, "jailhouse-edu",
			  registers);
	if (err)
		pci_free_irq_vectors(dev);
	return err;
}

static int edu_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	void __iomem *registers;
	int err = pci_enable_device(dev);

	if (err)
		return err;
	registers = pci_iomap(dev, 0, 0);
	err = registers ? edu_start(dev, registers) : -ENOMEM;
	if (err) {
		if (registers)
			pci_iounmap(dev, registers);
		pci_disable_device(dev);
		return err;
	}
	pci_set_drvdata(dev, registers);
	return 0;
}

static void edu_remove(struct pci_dev *dev)
{
	void __iomem *registers = pci_get_drvdata(dev);

	free_irq(pci_irq_vector(dev, 0), registers);
	pci_free_irq_vectors(dev);
	pci_clear_master(dev);
	pci_iounmap(dev, registers);
	pci_disable_device(dev);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(EDU_VENDOR, EDU_DEVICE) },
	{ }
};

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
	.dev_groups = edu_groups,
};

module_pci_driver(edu_driver);

MODULE_DESCRIPTION("Interrupts by MSI, of QEMU's edu device");
MODULE_LICENSE("GPL");
