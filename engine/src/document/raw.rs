//! JSON members as slices of the text: the first stage of reading a large plan.
