"""Fees per ticket: bands, fixed, at least, at most, and who bears them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.fees import Band, Terms
from apps.core.money import Money, half_up
from apps.events.models import Event
from apps.variants.models import Variant
from apps.variants.pricing import price_of, quote, quote_upgrade, upgrade_price

BANDS = Terms(
    (
        Band(Decimal(5), least=50),
        Band(Decimal(3), above=2000, fixed=100),
        Band(Decimal("2.5"), above=10000, most=600),
    )
)

percents = st.decimals(0, 100, places=2)
minors = st.integers(0, 50_000)


@st.composite
def bands(draw: st.DrawFn) -> Terms:
    starts = sorted({0, *draw(st.lists(minors, max_size=3))})
    return Terms([draw(_band(above)) for above in starts])


@st.composite
def _band(draw: st.DrawFn, above: int) -> Band:
    least = draw(st.integers(0, 500))
    most = draw(st.none() | st.integers(least, 5_000))
    return Band(draw(percents), above, draw(st.integers(0, 500)), least, most)


selections = st.lists(st.tuples(minors, st.integers(1, 12)), min_size=1, max_size=5)


def variant(price_minor: int, *, by_buyers: bool = False, tax: str = "7") -> Variant:
    event = Event(currency="EUR", buyers_bear_fee=by_buyers)
    return Variant(event=event, price_minor=price_minor, tax_rate=Decimal(tax))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_each_ticket_is_in_the_band_its_price_has_reached() -> None:
    prices = (0, 30, 500, 1999, 2000, 9999, 10000, 40000)
    fees = [quote([(variant(price), 1)], terms=BANDS).fee.minor for price in prices]
    #       free, all of it, least, 5 %, 3 % + 1.00, .., 2.5 %, most
    assert fees == [0, 30, 50, 100, 160, 400, 250, 600]


def test_what_is_fixed_is_taken_for_each_ticket() -> None:
    result = quote([(variant(2500), 3), (variant(0), 2)], terms=BANDS)
    assert [line.fee.minor for line in result.lines] == [525, 0]  # 3 x (75 + 100)
    assert (result.total, result.fee, result.buyer_fee) == (eur(7500), eur(525), eur(0))


def test_what_buyers_bear_comes_on_top_of_each_ticket() -> None:
    sold = variant(2500, by_buyers=True)
    price = price_of(sold, terms=BANDS)
    assert (price.face, price.buyer_fee, price.total) == (eur(2500), eur(175), eur(2675))
    result = quote([(sold, 2)], terms=BANDS)
    (line,) = result.lines
    assert (line.unit_price, line.total) == (eur(2675), eur(5350))
    assert (line.fee, line.buyer_fee) == (eur(350), eur(350))
    assert line.tax == eur(350)  # of price and fee together: 5350 * 7 / 107
    assert (result.total, result.fee, result.buyer_fee, result.tax) == (
        eur(5350),
        eur(350),
        eur(350),
        eur(350),
    )


def test_the_shown_price_is_rounded_per_ticket_where_the_order_would_be_rounded_once() -> None:
    five = Terms((Band(Decimal(5)),))
    shown = quote([(variant(10, by_buyers=True), 3)], terms=five)
    assert (shown.fee, shown.total) == (eur(3), eur(33))  # three times 10 cents and one
    assert quote([(variant(10), 3)], terms=five).fee == eur(2)


def test_an_upgrade_pays_the_difference_of_the_fees_too() -> None:
    better = variant(4000)
    result = quote_upgrade(better, eur(2500), terms=BANDS)
    assert (result.total, result.fee) == (eur(1500), eur(45))  # 220 - 175, nothing fixed twice
    by_buyers = variant(4000, by_buyers=True)
    assert upgrade_price(by_buyers, eur(2500), terms=BANDS).total == eur(1545)
    assert quote_upgrade(by_buyers, eur(2500), terms=BANDS).total == eur(1545)


def test_an_upgrade_into_a_cheaper_fee_gives_none_back() -> None:
    result = quote_upgrade(variant(10000), eur(9999), terms=BANDS)
    assert (result.total, result.fee) == (eur(1), eur(0))
    assert quote_upgrade(variant(1000), eur(2500), terms=BANDS).total == eur(0)


@given(selections, bands(), st.booleans())
def test_lines_sum_to_the_order_and_stay_in_their_bounds(
    chosen: list[tuple[int, int]], terms: Terms, by_buyers: bool
) -> None:
    lines = [(variant(price, by_buyers=by_buyers), heads) for price, heads in chosen]
    result = quote(lines, terms=terms)
    for name in ("total", "tax", "fee", "buyer_fee"):
        parts = [getattr(line, name).minor for line in result.lines]
        assert sum(parts) == getattr(result, name).minor
    for (price, heads), line in zip(chosen, result.lines, strict=True):
        band = next(band for band in reversed(terms.bands) if price >= band.above)
        assert line.fee.minor <= price * heads
        assert line.fee.minor >= min(band.least, price) * heads
        if band.most is not None:
            assert line.fee.minor <= band.most * heads
        assert line.total == line.unit_price * heads
        assert line.buyer_fee == (line.fee if by_buyers else eur(0))
        assert line.total.minor - line.buyer_fee.minor == price * heads


@given(selections, percents)
def test_a_mere_percentage_is_that_of_the_whole_order(
    chosen: list[tuple[int, int]], percent: Decimal
) -> None:
    result = quote(
        [(variant(price), heads) for price, heads in chosen], terms=Terms((Band(percent),))
    )
    assert result.fee == result.total.percent(percent)
    for line in result.lines:
        exact = Fraction(line.total.minor) * Fraction(percent) / 100
        assert abs(line.fee.minor - exact) < 1


@given(selections, bands(), st.lists(st.integers(0, 100), max_size=5))
def test_what_is_kept_of_a_fee_only_shrinks_and_ends_at_nothing(
    chosen: list[tuple[int, int]], terms: Terms, steps: list[int]
) -> None:
    """The rule of refunds, on every line these terms can make."""
    lines = [(variant(price), heads) for price, heads in chosen]
    for line in quote(lines, terms=terms).lines:
        kept, remaining, whole = line.fee.minor, line.total.minor, line.total.minor
        for step in [*steps, 100]:
            remaining -= remaining * step // 100
            now_kept = half_up(Decimal(line.fee.minor) * remaining / whole) if whole else 0
            assert 0 <= now_kept <= kept
            assert now_kept <= remaining
            kept = now_kept
        assert kept == 0
