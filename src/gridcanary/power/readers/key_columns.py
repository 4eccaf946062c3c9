"""Column names that say whose a value is and when, as exports write them; case does not matter."""

from __future__ import annotations

METER_NAMES = (
    "meter_id",
    "meter",
    "meterid",
    "meter id",
    "meter_no",
    "mrid",
    "cons_no",
    "usage_point",
    "nmi",
    "lclid",
    "account",
    "户号",
    "用户编号",
    "表号",
    "电表编号",
    "电能表编号",
    "计量点编号",
)
STAMP_NAMES = (
    "ts",
    "timestamp",
    "time_stamp",
    "datetime",
    "date_time",
    "date time",
    "date and time",
    "tstp",
    "interval_start",
    "data_time",
    "时间",
    "数据时间",
    "采集时间",
)
DAY_NAMES = ("day", "date", "data_date", "日期", "数据日期")
TIME_NAMES = ("time", "time_of_day", "hour", "时刻")
