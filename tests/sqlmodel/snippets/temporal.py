from datetime import date, datetime, time, timedelta, timezone

from pydantic import AwareDatetime, FutureDate, NaiveDatetime, PastDatetime, TypeAdapter

INPUTS = [
    "2020-01-02", "2020-01-02T03:04:05", "2020-01-02 03:04", "2020-01-02T03:04:05.123456Z", "2020-01-02T03:04:05+02:00",
    "2020-01-02T00:00:00", "2020-13-01", "x", "", "12:30", "12:30:15.5", "25:00", "12:30Z", 0, 1.5, 1_600_000_000,
    1_600_000_000_000, "1600000000", None, True, date(2020, 1, 2), datetime(2020, 1, 2), datetime(2020, 1, 2, 3),
    datetime(2020, 1, 2, tzinfo=timezone.utc), time(1, 2), timedelta(hours=1), "P1DT2H", "PT1.5S", "-PT1M", "1:02:03",
    "2 days, 1:02:03", "3 days", "P1W", "01:00", b"2020-01-02", [], "20200102", "2020-01-02T03:04:05.123-0500",
]
for kind in [date, datetime, time, timedelta, AwareDatetime, NaiveDatetime, PastDatetime, FutureDate]:
    adapter = TypeAdapter(kind)
    for value in INPUTS:
        show(lambda: adapter.validate_python(value))
    for value in INPUTS[:4]:
        show(lambda: adapter.validate_python(value, strict=True))
for value in [date(2020, 1, 2), datetime(2020, 1, 2, 3, 4, 5, 6), datetime(2020, 1, 2, tzinfo=timezone.utc), time(1, 2),
              timedelta(days=1, seconds=3, microseconds=5), timedelta(0), timedelta(seconds=-90)]:
    show(TypeAdapter(type(value)).dump_python(value, mode="json"), TypeAdapter(type(value)).dump_json(value))
