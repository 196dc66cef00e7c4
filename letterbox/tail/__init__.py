"""The tail: whoever follows is told of each request and delivery once it is on disk, in the order of the journal.

- `interests` say what a follower wants to hear of, `events` how something is told, `batches` what all are told at once.
- `follower` is one reader: it catches up from the store by itself, and is then handed what happens.
- `tail` reads the journal once for all of them, on a thread, and takes no more of the process than its share.
"""
