"""What people report in the demo province, and what they read then: texts for each shipped category."""

# code: ([what is said], [what is answered], outcome of the answer)
INCIDENTS = {
    "o-ga": (
        ["Ổ gà sâu trên đường {street}, đoạn gần chợ, xe máy né rất nguy hiểm.",
         "Mặt đường {street} bị sụt một hố khoảng nửa mét, ban đêm không thấy.",
         "Đường {street} hư hỏng nặng sau mưa, nước đọng che mất ổ gà."],
        ["Đã dặm vá vị trí phản ánh bằng bê tông nhựa nguội trong ngày.",
         "Đã rào cảnh báo và vá tạm; đoạn này nằm trong kế hoạch sửa chữa quý này."], "fixed"),
    "bien-bao": (
        ["Biển chỉ đường ở ngã tư {street} bị cây che khuất hoàn toàn.",
         "Biển cấm dừng đỗ trên đường {street} bị gãy, nằm dưới đất."],
        ["Đã cắt tỉa cành cây, biển báo nhìn rõ từ 50 mét.", "Đã thay biển báo mới."], "fixed"),
    "den-tin-hieu": (
        ["Đèn tín hiệu ngã tư {street} chớp vàng cả ngày, giờ tan trường rất lộn xộn.",
         "Đèn xanh ở giao lộ {street} không sáng, chỉ còn đèn đỏ."],
        ["Đã thay bo mạch điều khiển, đèn hoạt động lại bình thường."], "fixed"),
    "via-he": (
        ["Vỉa hè đường {street} bị lấn chiếm bán hàng, học sinh phải đi xuống lòng đường.",
         "Xe tải đậu kín một bên đường {street} suốt đêm."],
        ["Đã nhắc nhở, lập biên bản ba hộ và giải tỏa; sẽ kiểm tra lại hằng tuần."], "explained"),
    "chieu-sang": (
        ["Đèn đường hẻm đường {street} không sáng đã bốn đêm, đi lại rất sợ.",
         "Cả đoạn đường {street} tối om từ tối thứ Bảy.",
         "Trụ đèn trước trường học đường {street} chớp tắt liên tục."],
        ["Đã thay bóng và cầu chì, đèn sáng lại.", "Đã sửa nguồn tủ điều khiển của cả tuyến."], "fixed"),
    "dien": (
        ["Dây điện võng thấp ngang đầu xe tải trên đường {street}.", "Trụ điện trước nhà đường {street} bị nghiêng."],
        ["Điện lực đã căng lại dây, bảo đảm khoảng cách an toàn."], "fixed"),
    "cap-vien-thong": (
        ["Cáp viễn thông chùng thấp, vướng tay lái xe máy ở đường {street}."],
        ["Các nhà mạng đã bó gọn và nâng cao cáp."], "fixed"),
    "ngap": (
        ["Ngập 30 cm khi triều cường trên đường {street}, xe chết máy hàng loạt.",
         "Mưa một tiếng là đường {street} ngập vào nhà dân."],
        ["Đã nạo vét hố ga và mở cửa cống; tuyến thoát nước mới làm xong trong năm tới.",
         "Đã vận hành trạm bơm, nước rút sau hai giờ."], "planned"),
    "thoat-nuoc": (
        ["Nắp cống vỡ trước cổng trường đường {street}, trẻ em dễ lọt chân.",
         "Cống đường {street} tắc, nước thải tràn lên mặt đường."],
        ["Đã thay nắp cống mới.", "Đã thông cống, thu gom bùn trong ngày."], "fixed"),
    "cap-nuoc": (
        ["Nước máy khu vực đường {street} yếu từ 17 giờ đến 21 giờ.", "Mất nước từ sáng, không thấy báo trước."],
        ["Sự cố vỡ ống D200 đã khắc phục lúc 22 giờ; xin lỗi bà con."], "fixed"),
    "nuoc-man": (
        ["Nước máy bị lợ, đun trà thấy mặn, bà con ở {street} phải mua nước bình.",
         "Kênh nội đồng nhiễm mặn, cây giống chết."],
        ["Đã mở điểm lấy nước ngọt miễn phí; độ mặn đo mỗi ngày được công bố trên trang này."], "explained"),
    "rac": (
        ["Rác tồn ba ngày ở điểm tập kết chợ đường {street}, mùi rất hôi.",
         "Có người đổ xà bần ven kênh gần đường {street} ban đêm."],
        ["Đã thu gom và tăng một chuyến mỗi ngày.", "Đã dọn xà bần, lắp biển cấm đổ."], "fixed"),
    "o-nhiem": (
        ["Cơ sở chế biến ở {street} xả nước đen ra rạch vào ban đêm.", "Khói từ lò đốt ở {street} bay vào nhà dân."],
        ["Đoàn kiểm tra đã lấy mẫu nước; kết quả và xử lý sẽ được thông báo."], "explained"),
    "cay-xanh": (
        ["Cây ngã chắn nửa đường {street} sau trận gió tối qua.", "Cành khô to treo trên vỉa hè đường {street}."],
        ["Đã cưa dọn cây ngã, đường thông lúc 9 giờ.", "Đã hạ cành khô trong ngày."], "fixed"),
    "tieng-on": (
        ["Karaoke loa kéo sau 22 giờ ở khu dân cư đường {street}, đêm nào cũng vậy."],
        ["Công an phường đã làm việc với chủ nhà, ký cam kết."], "explained"),
    "quang-cao": (
        ["Tờ rơi cho vay dán kín trụ điện đường {street}."], ["Đã bóc xóa 120 tờ, chuyển số điện thoại cho công an."],
        "fixed"),
    "xay-dung": (
        ["Công trình ở đường {street} đổ cát ra đường, không che chắn."],
        ["Đã yêu cầu chủ đầu tư thu dọn và che chắn, kiểm tra lại đạt."], "fixed"),
    "xe-buyt": (
        ["Xe buýt bỏ trạm trên đường {street} hai lần trong tuần."],
        ["Đơn vị vận tải đã kỷ luật tài xế và xin lỗi hành khách."], "explained"),
    "thu-tuc-cham": (
        ["Hồ sơ tách thửa quá hẹn mười ngày, hỏi thì bảo chờ.", "Bị yêu cầu nộp thêm giấy tờ không có trong danh mục."],
        ["Đã rà soát hồ sơ, có kết quả; bộ phận một cửa gửi thư xin lỗi."], "explained"),
    "thai-do": (
        ["Người tiếp nhận nói chuyện trống không với người lớn tuổi."],
        ["Đã nhắc nhở công chức và xin lỗi công dân trực tiếp."], "explained"),
    "kien-nghi-quy-dinh": (
        ["Đề nghị bỏ yêu cầu xác nhận cư trú khi dữ liệu đã có trên hệ thống."],
        ["Kiến nghị được ghi nhận và gửi Bộ chủ quản theo Nghị định 20/2008/NĐ-CP."], "explained"),
    "viec-khac": (
        ["Đề nghị lắp thêm ghế đá ở công viên gần đường {street}."], ["Đã đưa vào kế hoạch chỉnh trang."], "planned"),
}  # fmt: skip
WEIGHTS = {
    "chieu-sang": 9,
    "rac": 8,
    "o-ga": 8,
    "ngap": 7,
    "thu-tuc-cham": 6,
    "via-he": 5,
    "thoat-nuoc": 5,
    "cay-xanh": 4,
}
REFUSALS = [
    "Nội dung chưa rõ địa điểm, vui lòng gửi lại kèm ảnh và tên đường.",
    "Việc này đã được trả lời trước đó, không có tình tiết mới.",
]
EXTENSION = ("Đang chờ vật tư thay thế.", "Chúng tôi đã đến hiện trường và rào cảnh báo.")
QUESTION = "Vui lòng cho biết số trụ đèn hoặc số nhà gần nhất."
SAME = ["Tôi cũng gặp.", "Chỗ này hư lâu rồi."]
# Where towns lie, for points on a map: (latitude, longitude). Wards without one lie around the nearest of these.
TOWNS = [
    (10.3600, 106.3600), (10.4600, 105.6340), (10.2900, 105.7600), (10.3650, 106.6690), (10.4050, 106.1180),
    (10.3370, 106.0330), (10.8080, 105.3390), (10.5310, 105.8500), (10.6630, 105.5650), (10.2560, 106.5800),
]  # fmt: skip
