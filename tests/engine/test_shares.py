"""What one installation may have of the engine while others want some."""

from bot.engine.shares import Load


def test_an_installation_that_is_alone_has_a_successor_for_each_slot() -> None:
    assert Load(16).room(1) == 32
    assert Load(16, {1: 30}).room(1) == 2
    assert Load(16, {1: 40}).room(1) == 0


def test_among_others_a_quarter_of_the_slots_is_left_to_them() -> None:
    assert Load(16, {1: 20, 2: 1}).room(1) == 0
    assert Load(16, {1: 5, 2: 1}).room(1) == 7
    assert Load(16, {1: 20}).room(1, others={2}) == 0
    assert Load(16, {1: 20}).room(2) == 12


def test_even_one_slot_is_for_everybody() -> None:
    assert Load(1, {2: 9}).room(1) == 1


def test_the_full_ones_are_named() -> None:
    assert Load(16, {1: 12, 2: 3}).full() == {1}
    assert Load(16, {1: 31}).full() == frozenset()
