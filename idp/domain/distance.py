"""How many letters two texts differ by."""


def distance(one: str, other: str, most: int) -> int:
    """Count the letters to change, add or take away to make one text of another (Levenshtein).

    Args:
        one: a text.
        other: another.
        most: the greatest distance of interest.

    Returns:
        the distance, or `most + 1` where it is greater.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for column, beside in enumerate(other, 1):
            row.append(min(row[-1] + 1, above[column] + 1, above[column - 1] + (letter != beside)))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
