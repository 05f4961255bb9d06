# SPDX-License-Identifier: Apache-2.0
"""Makes the demo lake: the orders of a small coffee roaster, April to June 2026, as bronze, silver
and gold Delta tables written by delta-rs.

The story in the data: on 13 June an import job died halfway and was started again, so that day's
orders are in bronze twice. The first run of the cleaning (silver, version 1) missed it and the day
looked like a record. The next morning silver and gold were written again without duplicates: the
numbers of version 1 and version 2 differ, and the tables remember both.

usage: make_lake.py FOLDER"""
import datetime
import decimal
import os
import random
import shutil
import sys

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake

FIRST_DAY, DAYS = datetime.date(2026, 4, 1), 91
DOUBLED_DAY = datetime.date(2026, 6, 13)
PRODUCTS = [("Sidamo 250 g", "11.90"), ("Huehue 250 g", "10.50"), ("House blend 1 kg", "29.00"),
            ("Decaf 500 g", "17.40"), ("Grinder", "89.00"), ("Filter papers", "4.20")]
COUNTRIES = [("DE", "Germany", 46), ("FR", "France", 21), ("NL", "Netherlands", 17),
             ("AT", "Austria", 9), ("DK", "Denmark", 7)]
FIRST_NAMES = "Ada Bela Clara Dora Emil Finn Greta Hugo Ines Jonas Klara Luis Mia Noor Otto".split()
LAST_NAMES = "Adler Berg Claes Dupont Evers Faber Garnier Holm Ibsen Jansen Keller Lund".split()


def make_customers(chance):
    rows = []
    for number in range(1, 401):
        code = chance.choices([code for code, _, _ in COUNTRIES],
                              [weight for _, _, weight in COUNTRIES])[0]
        since = FIRST_DAY - datetime.timedelta(days=chance.randrange(30, 900))
        rows.append({"customer_id": number, "country_code": code, "since": since,
                     "name": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"})
    return rows


def make_orders(chance, customers):
    """Clean orders, day by day: what really happened."""
    orders, number = [], 10_000
    for day in range(DAYS):
        date = FIRST_DAY + datetime.timedelta(days=day)
        busy = 26 + day // 7 + (9 if date.weekday() >= 5 else 0)
        for _ in range(chance.randrange(busy - 6, busy + 7)):
            number += 1
            at = datetime.datetime.combine(date, datetime.time()) + \
                datetime.timedelta(seconds=chance.randrange(6 * 3600, 23 * 3600))
            product, price = chance.choices(PRODUCTS, [9, 8, 6, 3, 1, 5])[0]
            quantity = chance.choices([1, 2, 3, 4], [70, 20, 7, 3])[0]
            orders.append({"order_id": number, "ordered_at": at, "product": product,
                           "customer_id": chance.choice(customers)["customer_id"],
                           "quantity": quantity,
                           "amount": decimal.Decimal(price) * quantity})
    return orders


def to_bronze(chance, order):
    """The order as the shop sent it: everything is text, and not all of it is right."""
    amount, currency = str(order["amount"]), "EUR"
    if chance.random() < 0.01:
        amount = chance.choice(["n/a", "", "-" + amount])
    elif chance.random() < 0.03:
        amount, currency = amount.replace(".", ","), "eur"
    return {"order_id": str(order["order_id"]), "customer_id": str(order["customer_id"]),
            "ordered_at": order["ordered_at"].isoformat(sep=" "), "product": order["product"],
            "quantity": str(order["quantity"]), "amount": amount, "currency": currency}


def clean(bronze, unique):
    """Silver rows out of bronze rows: typed, without what cannot be right."""
    seen, rows = set(), []
    for row in bronze:
        try:
            amount = decimal.Decimal(row["amount"].replace(",", "."))
        except decimal.InvalidOperation:
            continue
        if amount <= 0 or (unique and row["order_id"] in seen):
            continue
        seen.add(row["order_id"])
        rows.append({"order_id": int(row["order_id"]), "customer_id": int(row["customer_id"]),
                     "ordered_at": datetime.datetime.fromisoformat(row["ordered_at"]),
                     "product": row["product"], "quantity": int(row["quantity"]),
                     "amount": amount})
    return rows


def make_gold(silver, customers):
    country_of = {row["customer_id"]: row["country_code"] for row in customers}
    sums = {}
    for row in silver:
        key = row["ordered_at"].date(), country_of[row["customer_id"]]
        count, revenue = sums.get(key, (0, decimal.Decimal(0)))
        sums[key] = count + 1, revenue + row["amount"]
    return [{"day": day, "country_code": code, "orders": count, "revenue": revenue}
            for (day, code), (count, revenue) in sorted(sums.items())]


TEXT, MONEY = pa.string(), pa.decimal128(10, 2)
BRONZE = pa.schema([(name, TEXT) for name in ("order_id", "customer_id", "ordered_at", "product",
                                              "quantity", "amount", "currency")])
SILVER = pa.schema([("order_id", pa.int64()), ("customer_id", pa.int64()),
                    ("ordered_at", pa.timestamp("us", "UTC")), ("product", TEXT),
                    ("quantity", pa.int32()), ("amount", MONEY)])
CUSTOMERS = pa.schema([("customer_id", pa.int64()), ("name", TEXT), ("country_code", TEXT),
                       ("since", pa.date32())])
COUNTRY = pa.schema([("country_code", TEXT), ("country", TEXT)])
GOLD = pa.schema([("day", pa.date32()), ("country_code", TEXT), ("orders", pa.int64()),
                  ("revenue", pa.decimal128(18, 2))])


def write(folder, name, rows, schema, note, mode="append", **options):
    """One commit; the note shows in the table's history."""
    write_deltalake(os.path.join(folder, name), pa.Table.from_pylist(rows, schema), mode=mode,
                    commit_properties=CommitProperties(custom_metadata={"userMetadata": note}),
                    **options)


def main():
    folder = sys.argv[1]
    shutil.rmtree(folder, ignore_errors=True)
    chance = random.Random(2026)
    customers = make_customers(chance)
    bronze = [to_bronze(chance, order) for order in make_orders(chance, customers)]

    # Bronze: a commit a month, and June's with the doubled day.
    doubled = [row for row in bronze if row["ordered_at"].startswith(str(DOUBLED_DAY))]
    arrived = []
    for month in ("2026-04", "2026-05", "2026-06"):
        batch = [row for row in bronze if row["ordered_at"].startswith(month)]
        write(folder, "bronze/orders", batch, BRONZE, f"import {month}")
        arrived += batch
    write(folder, "bronze/orders", doubled, BRONZE, f"import {DOUBLED_DAY}, second try")
    arrived += doubled

    write(folder, "silver/customers", customers, CUSTOMERS, "from the shop's accounts")
    write(folder, "silver/countries",
          [{"country_code": code, "country": name} for code, name, _ in COUNTRIES], COUNTRY,
          "ISO 3166")
    june = sum(1 for row in bronze if row["ordered_at"] < "2026-06")
    early, wrong, right = clean(bronze[:june], False), clean(arrived, False), clean(arrived, True)
    write(folder, "silver/orders", early, SILVER, "April and May")
    write(folder, "silver/orders", wrong[len(early):], SILVER, "June")
    write(folder, "silver/orders", right, SILVER, "once more, without duplicates", "overwrite")
    write(folder, "gold/daily_revenue", make_gold(wrong, customers), GOLD, "first report")
    write(folder, "gold/daily_revenue", make_gold(right, customers), GOLD, "corrected report",
          "overwrite")


if __name__ == "__main__":
    main()
