"""The roots: Query and Mutation, one function each: check the viewer, call storage and domain."""
