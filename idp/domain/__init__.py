"""The rules of the house: values in, decisions out."""
