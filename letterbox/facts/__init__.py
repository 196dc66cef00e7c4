"""Facts: what contracts and expressions see of a request, taken apart only as far as somebody asks."""
