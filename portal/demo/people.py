"""Made-up citizens: common Vietnamese names, phones that no network gives out, id numbers that nobody has."""

FAMILY_NAMES = [
    ("Nguyễn", 38), ("Trần", 12), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 6), ("Võ", 5), ("Phan", 4), ("Đặng", 3),
    ("Bùi", 2), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 2), ("Dương", 2), ("Lý", 1), ("Trương", 1), ("Lâm", 1), ("Mai", 1),
    ("Cao", 1), ("Tô", 1), ("Đinh", 1),
]  # fmt: skip
MIDDLE_NAMES = {
    "m": ["Văn", "Hữu", "Minh", "Quốc", "Thanh", "Công", "Đức", "Hoàng", "Tấn", "Trọng", "Phước", "Bá", "Ngọc"],
    "f": ["Thị", "Thị Kim", "Thị Ngọc", "Thị Mỹ", "Ngọc", "Thị Thu", "Thị Bích", "Thanh", "Thị Hồng", "Kim", "Thị Cẩm"],
}
GIVEN_NAMES = {
    "m": [
        "An", "Bình", "Cường", "Dũng", "Đạt", "Được", "Giàu", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng", "Huy", "Khoa", "Lâm",
        "Long", "Lợi", "Nam", "Nghĩa", "Nhân", "Phát", "Phong", "Phúc", "Quang", "Sang", "Sơn", "Tài", "Tâm", "Thành",
        "Thắng", "Thiện", "Tiến", "Toàn", "Trí", "Trung", "Tuấn", "Vinh", "Vũ",
    ],
    "f": [
        "Anh", "Chi", "Diễm", "Diệu", "Dung", "Duyên", "Đào", "Hà", "Hạnh", "Hằng", "Hoa", "Hồng", "Huệ", "Hương",
        "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Nhi", "Nhung", "Oanh", "Phượng", "Quyên",
        "Thảo", "Thu", "Thúy", "Tiên", "Trang", "Trinh", "Tuyền", "Vân", "Xuân", "Yến",
    ],
}  # fmt: skip
STREETS = [
    "Nguyễn Huệ", "Hùng Vương", "Lý Thường Kiệt", "Trần Hưng Đạo", "Lê Lợi", "Nguyễn Trãi", "Ấp Bắc", "Đinh Bộ Lĩnh",
    "Phan Đình Phùng", "Thủ Khoa Huân", "Lê Thị Riêng", "30 Tháng 4",
]  # fmt: skip


def full_name(random):
    sex = random.choice("mf")
    family = random.choices([n for n, _ in FAMILY_NAMES], [w for _, w in FAMILY_NAMES])[0]
    return f"{family} {random.choice(MIDDLE_NAMES[sex])} {random.choice(GIVEN_NAMES[sex])}"


def phone(random):
    """099 with seven digits looks like a mobile number, but the range is not given out: nobody is ever reached."""
    return f"099{random.randrange(10_000_000):07}"


def id_number(random):
    """Twelve digits with the province code 000, which no identity card has."""
    return f"000{random.randrange(1_000_000_000):09}"


def address(random, place):
    if place.lower().startswith("xã"):
        return f"Ấp {random.randint(1, 12)}, {place}"
    return f"{random.randint(1, 400)} {random.choice(STREETS)}, {place}"
