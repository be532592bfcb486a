"""Normalisation that keeps every character in its place: one character in, one character out.

Full-width digits, letters, percent signs, brackets and decimal points become half-width; traditional characters become simplified ones, so that
all that is written in one kind is found in both. Clause marks (，。；：、) stay as they are, since what a figure measures is read from them.
"""

from __future__ import annotations

import re

_KEPT = set("，。；：！？、")
_SAME = {
    "％": "%", "﹪": "%", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]", "．": ".", "﹒": ".", "＋": "+", "－": "-",
    "−": "-", "＝": "=", "～": "~", "〜": "~", "∼": "~", "○": "〇", "\u3000": " ", "\u00a0": " ", "\u2002": " ", "\u2003": " ",
    "／": "/", "＊": "*", "﹕": "：", "︰": "：",
}  # fmt: skip

#: Pairs of a traditional and a simplified character. Left out is what simplified text uses too, in another sense (乾隆, 著名, 瞭望, 毕昇).
_PAIRS = (
    "萬万 億亿 兩两 貳贰 貮贰 弐贰 壱壹 叄叁 幾几 數数 餘余 點点 負负 個个 箇个 畝亩 頃顷 噸吨 釐厘 裏里 裡里 圓圆 圜圆 塊块 錢钱 戶户 員员 歲岁 條条 項项 處处 間间 棟栋 場场 輪轮 屆届 張张 冊册 臺台 檯台 輛辆 盞盏 顆颗 雙双 "
    "種种 樣样 頭头 隻只 號号 級级 類类 門门 層层 檔档 節节 筆笔 壟垄 擔担 車车 鄉乡 鎮镇 縣县 區区 組组 隊队 週周 鐘钟 鍾钟 時时 陸陆 華华 馬马 尋寻 勻匀 與与 為为 爲为 從从 對对 於于 將将 過过 還还 這这 後后 達达 約约 僅仅 "
    "佔占 係系 並并 併并 佈布 們们 來来 內内 無无 沒没 經经 開开 關关 進进 連连 運运 遠远 邊边 選选 遷迁 遞递 適适 遺遗 違违 遊游 續续 繼继 總总 統统 計计 訂订 記记 許许 設设 訪访 證证 評评 試试 話话 該该 認认 語语 誤误 說说 "
    "請请 諸诸 調调 談谈 論论 諮谘 講讲 謝谢 識识 議议 護护 讀读 變变 讓让 詢询 詳详 誠诚 課课 誰谁 現现 實实 際际 報报 據据 單单 標标 準准 規规 劃划 畫画 圖图 質质 額额 價价 貨货 購购 買买 賣卖 費费 資资 財财 貧贫 貸贷 補补 "
    "貼贴 貢贡 賠赔 賬账 帳帐 贈赠 贊赞 賽赛 賦赋 賴赖 責责 貴贵 販贩 貫贯 稅税 繳缴 納纳 徵征 籌筹 獎奖 勵励 獻献 發发 髮发 創创 業业 產产 農农 養养 豬猪 雞鸡 鷄鸡 鴨鸭 鵝鹅 魚鱼 漁渔 糧粮 穀谷 麥麦 葉叶 煙烟 菸烟 棗枣 蘋苹 "
    "蘿萝 蔔卜 樹树 園园 圍围 溝沟 壩坝 庫库 災灾 澇涝 濕湿 廠厂 礦矿 機机 電电 網网 絡络 線线 綫线 綠绿 環环 淨净 潔洁 廁厕 氣气 溫温 築筑 樓楼 橋桥 鐵铁 鋼钢 黨党 辦办 幹干 務务 職职 勞劳 動动 學学 師师 兒儿 婦妇 殘残 醫医 "
    "療疗 險险 衛卫 會会 體体 藝艺 術术 樂乐 戲戏 劇剧 書书 館馆 廣广 國国 聯联 結结 構构 織织 團团 輸输 轉转 換换 傳传 導导 領领 訓训 練练 習习 監监 檢检 測测 驗验 罰罚 執执 紀纪 糾纠 紛纷 權权 義义 舉举 戰战 勝胜 鬥斗 強强 "
    "壯壮 豐丰 滿满 維维 優优 擴扩 減减 漲涨 積积 範范 擬拟 預预 頻频 鏈链 銀银 銅铜 針针 錄录 陽阳 陰阴 階阶 隱隐 離离 難难 雖虽 雲云 靈灵 靜静 響响 頁页 頂顶 順顺 頒颁 顧顾 顯显 風风 飛飞 飯饭 飲饮 飼饲 餵喂 駐驻 驟骤 鮮鲜 "
    "鳥鸟 麗丽 黃黄 齊齐 齡龄 龍龙 龜龟 東东 長长 見见 觀观 視视 覽览 覺觉 親亲 貝贝 軍军 軌轨 軟软 較较 載载 輔辅 輕轻 輯辑 迴回 復复 複复 禮礼 禦御 稱称 穩稳 窮穷 競竞 粵粤 紅红 紙纸 細细 終终 給给 絕绝 絲丝 緊紧 緒绪 緝缉 "
    "緣缘 編编 緩缓 縮缩 縱纵 繞绕 罷罢 羅罗 羣群 聖圣 聞闻 聲声 聽听 肅肃 腦脑 膽胆 臨临 興兴 舊旧 艦舰 艱艰 蓋盖 蔣蒋 蘇苏 虛虚 蟲虫 蠶蚕 衝冲 裝装 製制 褲裤 誌志 註注 託托 豎竖 貓猫 趕赶 趨趋 跡迹 蹟迹 踴踊 軸轴 辭辞 鄰邻 "
    "釋释 鋪铺 鎖锁 鏡镜 闊阔 闢辟 隨随 雜杂 霧雾 韌韧 韓韩 頑顽 頓顿 題题 顏颜 願愿 顛颠 饋馈 驅驱 驚惊 髒脏 鬆松 鬧闹 齒齿 亂乱 亞亚 備备 傑杰 傷伤 傾倾 僑侨 償偿 儀仪 儘尽 盡尽 儲储 兇凶 凍冻 凱凯 別别 剛刚 劑剂 勁劲 勢势 "
    "勸劝 匯汇 彙汇 協协 卻却 厲厉 嚴严 啟启 啓启 喪丧 喬乔 嘗尝 嚇吓 囑嘱 墊垫 壓压 壞坏 壇坛 墾垦 奪夺 奮奋 媽妈 孫孙 寧宁 審审 寫写 寬宽 寶宝 專专 屬属 岡冈 島岛 崗岗 嶺岭 峽峡 帶带 幣币 幫帮 廈厦 廢废 廳厅 彈弹 彌弥 徑径 "
    "徹彻 恆恒 恥耻 惡恶 愛爱 慮虑 慶庆 憂忧 懷怀 態态 慣惯 憑凭 憲宪 應应 戀恋 拋抛 挾挟 捨舍 掃扫 採采 揮挥 搶抢 損损 搖摇 擊击 擇择 擋挡 擠挤 攔拦 攜携 攝摄 攤摊 敗败 敘叙 敵敌 斷断 暫暂 曆历 歷历 曉晓 暢畅 曬晒 朧胧 楊杨 "
    "極极 榮荣 槍枪 樁桩 橫横 欄栏 歐欧 歡欢 歸归 殺杀 毀毁 氈毡 決决 況况 涼凉 淚泪 淺浅 渾浑 湊凑 湯汤 滅灭 滯滞 滲渗 漢汉 潤润 潛潜 澆浇 濃浓 濟济 濫滥 瀏浏 灘滩 灣湾 灑洒 爐炉 煉炼 爛烂 爭争 爺爷 牆墙 牽牵 獨独 獲获 獵猎 "
    "獸兽 瑪玛 瓊琼 甕瓮 畢毕 異异 當当 疊叠 痙痉 瘡疮 癥症 盜盗 盤盘 眾众 衆众 睏困 矚瞩 碼码 確确 礎础 禍祸 禪禅 竊窃 竄窜 簡简 簽签 籃篮 籤签 籬篱 粧妆 糞粪 紮扎 紡纺 綁绑 綜综 緬缅 縫缝 績绩 纖纤 罈坛 罵骂 翹翘 聰聪 脅胁 "
    "脈脉 腫肿 膚肤 臉脸 舖铺 艙舱 莊庄 蒼苍 蓮莲 薦荐 薩萨 藍蓝 藥药 蘊蕴 蝦虾 襲袭 觸触 訴诉 診诊 詐诈 詞词 誘诱 誼谊 諒谅 諾诺 謀谋 謹谨 譜谱 譽誉 貪贪 賀贺 賓宾 賞赏 賢贤 贏赢 躍跃 軋轧 輝辉 輩辈 轄辖 辯辩 逕径 遲迟 郵邮 "
    "鄧邓 鄭郑 醜丑 醬酱 鈉钠 鈔钞 鈣钙 鉀钾 鉛铅 銷销 鋒锋 鋸锯 錦锦 錫锡 錯错 鍋锅 鍛锻 鎢钨 鏟铲 鑄铸 鑒鉴 鑑鉴 鑽钻 閉闭 閘闸 閣阁 閱阅 闆板 闖闯 陣阵 陳陈 陝陕 隴陇 隸隶 雋隽 靂雳 頌颂 頗颇 頸颈 頹颓 顫颤 飢饥 饑饥 飽饱 "
    "餅饼 饒饶 馳驰 騎骑 騙骗 騰腾 驢驴 骯肮 鬚须 須须 鴻鸿 鶴鹤 鹽盐 麵面 麪面 龐庞 脫脱 溼湿 滾滚 瀕濒 棄弃 稈秆 蕎荞 薑姜 櫻樱 檸柠 欖榄 椏桠 樺桦 櫃柜 櫥橱 槳桨 讚赞 歎叹 纔才 嬰婴 殼壳 廚厨 鍵键 盃杯 鱉鳖 鰻鳗 鱔鳝 蔥葱 "
    "蘆芦 筍笋 萵莴 蕓芸 薺荠 棧栈 嶄崭 賃赁 賄贿 賂赂 贓赃 釣钓 鉤钩 渦涡 螢萤 蠟蜡 蠣蛎 雛雏 鬱郁 壽寿 夠够 奧奥 宮宫 屍尸 巖岩 巒峦 帥帅 廬庐 彎弯 懇恳 懲惩 懸悬 掛挂 擁拥 斬斩 棲栖 櫸榉 殞殒 氫氢 洩泄 滬沪 漸渐 濱滨 瀘泸 "
    "灤滦 烏乌 煩烦 熱热 燈灯 燒烧 營营 牘牍 狀状 狹狭 獅狮 瘋疯 癱瘫 皺皱 盧卢 眞真 睜睁 硃朱 磚砖 禎祯 穫获 窩窝 竅窍 篩筛 糰团 紐纽 紹绍 絞绞 綱纲 緯纬 縛缚 縉缙 繡绣 聳耸 膠胶 蔭荫 虧亏 蜆蚬 蝸蜗 衊蔑 襯衬 覓觅 訊讯 誇夸 "
    "謎谜 譯译 豈岂 賤贱 賺赚 贖赎 趙赵 轟轰 辮辫 邏逻 醞酝 釀酿 鈴铃 鉻铬 銳锐 鋁铝 鋅锌 錘锤 鎳镍 鏽锈 閃闪 閒闲 閩闽 闡阐 霽霁 韋韦 頤颐 颱台 駕驾 駿骏 驛驿 鱗鳞 鳳凤 鷹鹰 齋斋 龔龚 簍篓 "
)  # fmt: skip
_SIMPLE = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
# 參 counts three beside another formal numeral (參佰, 拾參萬), else it is the verb (參保).
_THREE = re.compile("參(?=[拾佰仟百千萬万億亿])|(?<=[零壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟百千萬万億亿])參")


def _odd() -> dict[str, str]:
    wide = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT}
    return wide | _SAME | {chr(code): simple for code, simple in _SIMPLE.items()}


_ODD = _odd()
_ANY_ODD = re.compile("[" + re.escape("".join(_ODD)) + "]")


def normalise(text: str) -> str:
    """Return the text with full-width forms made half-width and traditional characters simplified; the result is as long as the text.

    >>> normalise("１２．５％，完成（率）"), normalise("參保３萬戶")
    ('12.5%，完成(率)', '参保3万户')
    """
    # Few characters of a text change: looking for them takes a third of the time of translating each.
    return _ANY_ODD.sub(lambda found: _ODD[found[0]], _without_three(text))


def simplify(text: str) -> str:
    """Return the text with traditional characters simplified and nothing else changed, so that a pattern stays one."""
    return _without_three(text).translate(_SIMPLE)


def _without_three(text: str) -> str:
    return _THREE.sub("叁", text).replace("參", "参") if "參" in text else text
