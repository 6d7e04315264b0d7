"""Tables of Vietnamese words."""

from __future__ import annotations

from vnsum.quantities.phrases import Phrases
from vnsum.quantities.tokens import words

DIGITS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9,
}  # fmt: skip


LAST_DIGITS = {**DIGITS, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}


SCALES = Phrases(
    [("chục", 10), ("trăm", 100), ("nghìn", 1000), ("ngàn", 1000), ("vạn", 10_000),
     ("triệu", 10**6), ("tr", 10**6), ("tỷ", 10**9), ("tỉ", 10**9), ("k", 1000), ("tá", 12)]
)  # fmt: skip


# Words that begin with a scale word: triệu phú (millionaire), tỷ lệ (rate), tá dược (excipient).
SCALE_COMPOUNDS = {
    "triệu": words("phú chứng tập hồi vời"), "vạn": words("vật sự tuế thọ"),
    "tá": words("điền dược tràng hỏa hoả túc lý lí lả"),
    **dict.fromkeys(("tỷ", "tỉ"), words("phú lệ trọng suất giá số thí mỉ mẩn muội khâu")),
}  # fmt: skip


ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18,
    "xix": 19, "xx": 20, "xxi": 21,
}  # fmt: skip


MONTHS = {
    **{name: number for name, number in DIGITS.items() if name not in ("năm", "bốn", "một")},
    "giêng": 1, "tư": 4, "bốn": 4, "năm": 5, "mười": 10, "chạp": 12,
}  # fmt: skip


WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6, "bẩy": 6}


DAY_PARTS = words("sáng trưa chiều tối đêm khuya")


SURE_CUES = words("ngày hôm sáng trưa chiều tối đêm khuya mùng mồng dịp lễ ttxvn")


SPAN_CUES = words("trong mất suốt hơn gần sau dài khoảng tới thêm cách mỗi hàng cả được")


FRACTION_CUES = words("vòng chiếm khoảng hơn gần còn bằng chỉ giảm tăng quá đạt mất có gấp")


FRACTION_NOUNS = words(
    "số người dân diện tổng thời chặng quãng trong lượng dự các thành nhân tài cử đại phiếu"
    " công đường chiều doanh thu học cổ của hộ gia sinh khách bệnh viên quả trái củ miếng lát muỗng"
    " thìa cốc chén ly bát"
)


# Nouns and classifiers; "năm" and "chín" are numbers before one of them.
COUNTED = words(
    "người con cái chiếc ngày tháng tuần giờ phút giây lần em cháu đứa quả trái cuốn quyển bức tờ"
    " tỉnh nước quốc căn ngôi xe tàu máy vụ trận bàn điểm tuổi phần trường bác cán nhân nghi đối"
    " nạn hộ gia khu cây hòn tòa toà phòng tầng bước loại nhóm tổ cấp bên hướng huyện xã quận"
    " phường mét km đồng usd đô tấn tạ lít chuyến cuộc lớp môn câu bài trang dòng chữ mùa năm thập"
    " thế ứng tên vị viên suất chai ly gói hộp đôi cặp mục giải huy thành anh chị ông bà phụ trẻ"
    " giường lời cô chú thanh cầu ngư binh chiến lính cảnh kilomet dặm phẩy hình cột vòng tập bộ"
)


# Words that go on after a number or date and are not what it counts.
NOT_COUNTED = words(
    "đến tới tại ở do và khi các sẽ đã theo cho trên với này là để qua bị được có không thì"
    " nhân hoặc hay trở"
)


# Words before 3 600, which is one number there; "ngày 3 600 người" are two.
BEFORE_SPACED = words(
    "khoảng hơn gần chừng độ có là đạt gồm tổng cộng giá với được chỉ tận dài rộng cao sâu nặng dày"
    " cách vượt quá thêm mất thu chi trả bán mua phạt vnd usd eur vnđ $ € £"
)


NOT_AFTER_YEAR = words("mỗi hằng hàng nhiều các những cuối đầu giữa cả từng vài mấy một thời")


FATHER = words("tôi mẹ má nó mình ơi của bố hoa gác rọi chỉ trợn lô ba toong")


KIN = words("anh chị em cô chú bác dì cậu mợ ông bà út tía bé")


IDIOMS = frozenset(
    [("hai", "lúa"), ("chín", "chắn"), ("chín", "muồi"), ("chín", "mọng"), ("chín", "cây"),
     ("tám", "chuyện"), ("mười", "mươi"), ("bảy", "núi")]
)  # fmt: skip


NOT_UNITS = {
    "đồng": words("ý chí đội bào nghiệp phạm minh sự loạt tiền tác tính nai bằng hồ tháp"),
    "tấn": words("công"), "độ": words("tuổi"), "tuần": words("tra hành hoàn lộc dương"),
    "tiếng": words("súng nổ động nói hát kêu anh việt pháp trung nhật hàn nga đức vang thơm"),
    "ký": words("tự hiệu kết túc giả"), "kí": words("tự hiệu kết túc"), "cân": words("bằng treo"),
    "đô": words("thị đốc vật"), "tệ": words("nạn"),
    "ngày": words("càng"), "tạ": words("từ"), "yên": words("tâm ổn"),
    "lượng": words("lớn khách mưa"), "phút": words("chốc"), "xu": words("hướng thế"),
    "thùng": words("rác xốp carton hàng loa"),
    "lạng": words("vàng bạc kim sơn giang lách"), "yến": words("sào mạch tiệc oanh"),
}  # fmt: skip
