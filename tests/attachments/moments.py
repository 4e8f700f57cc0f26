from datetime import UTC, datetime, timedelta

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 10:00 in Mỹ Tho
LATER = AT + timedelta(hours=1)
