"""Places of China: finding them in words, and reading addresses."""

from bot.core.conversation import AddressParts
from bot.core.places.addresses import looks_like_address, split_address
from bot.core.places.finding import find_places, narrowest
from bot.core.places.index import Kind, Place, all_places, short_name

__all__ = [
    "AddressParts",
    "Kind",
    "Place",
    "all_places",
    "find_places",
    "looks_like_address",
    "narrowest",
    "short_name",
    "split_address",
]
