"""A payment as the document that stores it; decimals are texts there, which are exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.records import Payment, PaymentTax


def build_payment(document: dict[str, Any]) -> Payment:
    """Build a payment of its document."""
    amount, tax = document["amount"], document["tax"]
    return Payment(
        None if amount is None else Decimal(amount),
        document["currency_code"],
        None if tax is None else PaymentTax(tax["inclusive"], Decimal(tax["rate"])),
        document["invoice_item_ref"],
        document["transaction_ref"],
    )


def payment_document(payment: Payment | None) -> dict[str, Any] | None:
    """Return the document of a payment."""
    if payment is None:
        return None
    tax = payment.tax and {"inclusive": payment.tax.inclusive, "rate": str(payment.tax.rate)}
    amount = None if payment.amount is None else str(payment.amount)
    return {**payment._asdict(), "amount": amount, "tax": tax}
