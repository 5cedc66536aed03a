"""What goes in and out. Money is minor units and an ISO 4217 code; times are RFC 3339 in UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from ninja import Field, Schema


class Amount(Schema):
    amount_minor: int
    currency: str


class VenueOut(Schema):
    name: str
    street: str
    postcode: str
    city: str
    country: str


class EventOut(Schema):
    slug: str
    title: str
    summary: str
    organizer: str
    status: str
    venue: VenueOut
    timezone: str
    doors_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    url: str


class EventPage(Schema):
    items: list[EventOut]
    next: str | None = Field(description="Send it as `after` for the next page.")


class VariantOut(Schema):
    id: int
    name: str
    description: str
    price: Amount = Field(description="What the buyer pays for one, with tax and all fees.")
    buyer_fee: Amount = Field(
        description="What of the price is the platform's fee, on top; often 0."
    )
    tax_rate: Decimal
    status: str = Field(
        description="`live` or `sold_out`: what the organizer wants, and the stock."
    )
    on_sale: bool = Field(
        description="Whether it can be ordered now: also by its times and its event, which may be called off."
    )
    sales_from: datetime | None
    sales_until: datetime | None
    min_per_order: int
    max_per_order: int
    access_level: str
    members_only: bool


class AvailabilityOut(Schema):
    variant: int
    left: int | None = Field(description="null: unlimited; counted up to 1001.")


class LineIn(Schema):
    variant: int
    quantity: int = Field(ge=1, le=500)


class InvoiceTo(Schema):
    company: str = Field("", max_length=120, description="Or another name than the buyer's.")
    street: str = Field("", max_length=120, description="And number.")
    postcode: str = Field("", max_length=12)
    city: str = Field("", max_length=80)
    country: str = Field("DE", pattern="^[A-Z]{2}$", description="ISO 3166")
    vat_id: str = Field("", max_length=20, description="Of the EU; its checksum must be right.")


class OrderIn(Schema):
    event: str = Field(description="slug")
    lines: list[LineIn] = Field(min_length=1, max_length=50)
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    name: str = Field(min_length=1, max_length=120)
    language: Literal["en", "de"] = "en"
    code: str = Field("", max_length=60, description="A discount or access code.")
    voucher: str = Field(
        "", max_length=60, description="A gift voucher's code. It pays what it can of the total."
    )
    invoice: InvoiceTo | None = Field(
        None, description="To whom the invoice goes; without, to the buyer's name, with no address."
    )


class LineOut(Schema):
    variant: int
    name: str
    quantity: int
    unit_price: Amount
    total: Amount
    buyer_fee: Amount = Field(description="What of the total is the platform's fee, on top.")
    discount: Amount = Field(description="What the code took off; it is in neither of the prices.")


class TicketOut(Schema):
    reference: str
    status: str
    token: str


class RefundIn(Schema):
    kind: Literal["whole", "tickets", "amount"] = "whole"
    tickets: list[str] = Field([], description="References, for kind tickets.", max_length=500)
    amount_minor: int | None = Field(None, gt=0, description="For kind amount: no ticket dies.")
    reason: str = Field(..., min_length=1, max_length=200)
    back_on_sale: bool = Field(default=True, description="Whether the places can be sold again.")


class RefundOut(Schema):
    kind: str = Field(..., description="whole, tickets, amount, or adopted from the provider")
    amount: Amount
    tax: Amount
    onto_voucher: Amount = Field(description="What of it goes onto a gift voucher.")
    status: str = Field(..., description="Of the provider's refund; none when nothing was paid.")
    tickets: list[str]
    created_at: datetime


class OrderOut(Schema):
    reference: str
    status: str
    expires_at: datetime
    total: Amount
    buyer_fee: Amount = Field(description="What of the total is the platform's fee, on top.")
    code: str = Field(description="The code it was made with; empty without one.")
    by_voucher: Amount = Field(description="What a gift voucher pays of the total.")
    due: Amount = Field(
        description="What is paid at a provider: the total less the voucher's part."
    )
    discount: Amount = Field(description="What the code took off; it is not in the total.")
    invoice: InvoiceTo | None = Field(None, description="As it was understood.")
    lines: list[LineOut]
    url: str
    key: str | None = Field(None, description="Opens the order; only in the answer that made it.")
    tickets: list[TicketOut] | None = Field(None, description="For who may see them.")
    refunds: list[RefundOut] = []


class PaymentIn(Schema):
    provider: Literal["stripe", "paypal"]


class PaymentOut(Schema):
    reference: str
    status: str
    approval_url: str | None


class CancellationIn(Schema):
    reason: str = Field("", max_length=200)


class BlockIn(Schema):
    reason: str = Field(min_length=1, max_length=200)


class TicketStatus(Schema):
    reference: str
    status: str
