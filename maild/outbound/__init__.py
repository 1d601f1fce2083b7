"""The mail goes out: notices, guard, templates, composing, delivery."""
