"""Vietnamese surnames."""

from __future__ import annotations

SURNAMES = frozenset([
    "bùi", "cao", "chu", "châu", "doãn", "dương", "đàm", "đào", "đặng", "đinh", "đoàn", "đỗ",
    "hoàng", "hồ", "hứa", "huỳnh", "kiều", "la", "lâm", "lê", "lương", "lưu", "lý", "mai", "mạc",
    "nghiêm", "ngô", "nguyễn", "nông", "phạm", "phan", "phùng", "quách", "tạ", "tăng", "thạch",
    "thân", "tô", "tống", "trần", "triệu", "trịnh", "trương", "võ", "vũ", "vương",
])  # fmt: skip
