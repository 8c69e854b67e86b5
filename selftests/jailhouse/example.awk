# SPDX-License-Identifier: GPL-2.0-only
# The C code of an example in a document: what is indented behind the heading "from", from an
# #include on to the end of what that begins.
$0 == from			{ wanted = 1 }
wanted && /^\t#include "/	{ inside = 1 }
inside && /^\t/		{ print substr($0, 2) }
inside && /^\t(};|})$/		{ exit }
