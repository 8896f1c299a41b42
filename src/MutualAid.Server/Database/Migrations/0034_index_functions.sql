-- A session reads an index's expressions once, as whatever role it acts in then, and unfolds in them only functions that this
-- role may call. Behind a pooler the next act in that session is another role's: unfolded in its query and not in the index, the
-- same expression matched no more, and a queue was sorted whole. So everybody may call what an index is made of.
grant execute on function urgency_order to public;
