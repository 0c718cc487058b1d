"""The types as clients see them: types, inputs, unions, scalars, descriptions. No logic, no SQL."""
