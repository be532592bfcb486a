"""The data interface for other programs: everything that pages do with data, by the same readers and actions.

``interface`` puts it together; each file of ``operations`` is one part of it. It holds no logic of its own: an operation asks ``request.sight``,
calls a reader or an action, and answers. ``answering`` is what happens around every operation, ``actions`` the only writer of the interface's
own tables.
"""
