"""Words of the report of a trace, in zh-CN and en."""

from __future__ import annotations

RULES = {
    "en": {"poison": "poison", "haircut": "haircut", "fifo": "FIFO", "lifo": "LIFO"},
    "zh": {"poison": "全额污染法", "haircut": "比例分摊法", "fifo": "先进先出法", "lifo": "后进先出法"},
}

ENDS = {
    "en": {
        "service": "at services",
        "unspent": "unspent at the tip",
        "coinjoin": "entered a CoinJoin",
        "fee": "fees",
        "burned": "burned",
        "receipt": "came back as a receipt",
        "hop_limit": "cut: hops",
        "time_limit": "cut: time",
        "amount_limit": "cut: amount",
        "output_limit": "cut: payment to many",
        "size_limit": "cut: number of payments",
        "unknown_inputs": "cut: inputs of unknown value",
    },
    "zh": {
        "service": "进入服务机构",
        "unspent": "尚未花费",
        "coinjoin": "进入混币交易",
        "fee": "矿工手续费",
        "burned": "不可花费输出",
        "receipt": "回流为新的收款",
        "hop_limit": "截止：层数上限",
        "time_limit": "截止：时间上限",
        "amount_limit": "截止：金额下限",
        "output_limit": "截止：批量付款",
        "size_limit": "截止：交易总数上限",
        "unknown_inputs": "截止：输入金额不明",
    },
}

CATEGORIES = {
    "en": {"unresolved": "unresolved: labels contradict each other", "unspecified": "not told by the label"},
    "zh": {
        "exchange": "交易所",
        "mixing_service": "混币服务",
        "coinjoin": "混币",
        "gambling": "博彩",
        "market": "市场",
        "merchant": "商户",
        "merchant_services": "商户服务",
        "payment_processor": "支付服务商",
        "hosted_wallet": "托管钱包",
        "miner": "矿池（矿工）",
        "service": "服务机构",
        "sanctioned": "制裁名单",
        "sanction": "制裁名单",
        "unresolved": "未决：标签相互矛盾",
        "unspecified": "标签未注明",
    },
}

LAW = {
    "en": {
        "poison": "whatever touches a tainted input is tainted whole. An upper bound that names innocent people too; "
        "its amounts may sum to more than was ever received, so they are never an amount of confiscation.",
        "haircut": "each output and the fee carries its share. Sums exactly, but after a few payments nearly everybody "
        "carries a little.",
        "fifo": "the first satoshi in are the first out, in the order of inputs and outputs; the last are the fee. "
        "Sums exactly and can be run backwards; the order of a transaction was chosen by the payer's software.",
        "lifo": "the last satoshi in are the first out. Sums exactly; the same remark on the order.",
    },
    "zh": {
        "poison": "凡输入含涉案资金的，全部输出均视为涉案。为上限口径，可能牵连无辜，"
        "合计可超过实际所得，不得作为没收金额。",
        "haircut": "各输出及手续费按金额比例分摊。合计精确相符，但数层之后几乎人人都沾有少许。",
        "fifo": "按输入输出顺序先进先出，末尾为手续费。合计精确相符且可逆推；输入输出顺序由付款方软件决定。",
        "lifo": "后进先出。合计精确相符；关于顺序的说明同上。",
    },
}

TEXTS = {
    "en": {
        "title": "Where the coins went",
        "intro": "{wallets} wallets, {receipts} receipts of {received} {coin} in all, followed over {payments} "
        "payments up to block {height:,} (`{block}`).",
        "unit": "Amounts in {coin}. What the wallets received needs no rule of taint; only where it went does.",
        "ends": "How it ended",
        "end": "end",
        "ends_text": "Every coin ended in exactly one of these. Except under poison each column sums to the receipts.",
        "sum": "sum",
        "exposure": "Exposure by service",
        "exposure_text": "Direct: the wallet paid the service itself. Confidence: the least sure of the outputs [%].",
        "service": "service",
        "category": "category",
        "way": "exposure",
        "direct": "direct",
        "indirect": "indirect",
        "confidence": "confidence",
        "freeze": "Addresses to freeze",
        "freeze_text": "By service; `freeze/` holds one list for each. Deposit addresses are what a service finds its "
        "customer by. Unspent: all that the address still held at the tip, whoever's it is.",
        "address": "address",
        "why": "why it is the service's",
        "last": "last activity",
        "unspent": "unspent",
        "not_asked": "not asked for (may be a hot wallet)",
        "rules": "What the rules mean",
        "law": "Courts differ in the rule that they accept, and for cryptocurrency few have decided (unverified: check "
        "the law in force before relying on one). None is the default here; where they agree, the choice matters less.",
        "errors": "How often this is wrong",
        "errors_text": "Deposit addresses recognised by what they do, on chains whose truth is known. Real services "
        "differ from simulated ones, so real errors may be larger.",
        "truth": "truth",
        "true": "truly reached",
        "reached": "of them found",
        "found": "found in all",
        "wrong": "falsely",
        "limits": "What this can't show",
        "limits_text": "Payments inside a service, over Lightning or on another chain leave no trace here. A label is "
        "as true as who made it. That coins reached a service doesn't say who sold them: the service's records do. "
        "Verification proves that every transaction is in the chain, not that no other exists; that needs the blocks.",
        "none": "None.",
        "more": "{count:,} more in `{table}`.",
    },
    "zh": {
        "title": "资金去向",
        "intro": "{wallets} 个钱包，{receipts} 笔收款，共 {received} {coin}；沿 {payments} 笔交易追踪至区块高度 "
        "{height:,}（`{block}`）。",
        "unit": "金额单位：{coin}。钱包收入的认定不依赖任何污染口径；仅资金去向的认定需要。",
        "ends": "去向汇总",
        "end": "去向",
        "ends_text": "每一枚币只归入其中一项。除全额污染法外，各列合计等于收款总额。",
        "sum": "合计",
        "exposure": "流入服务机构情况",
        "exposure_text": "直接：由钱包直接付给该机构。可信度：各输出中最低者（%）。",
        "service": "机构",
        "category": "类别",
        "way": "方式",
        "direct": "直接",
        "indirect": "间接",
        "confidence": "可信度",
        "freeze": "拟冻结地址",
        "freeze_text": "按机构列示，`freeze/` 目录内每机构一份清单。机构可凭充值地址查明客户身份。"
        "“余额”为该地址截至最新区块的全部未花费金额，不论归属。",
        "address": "地址",
        "why": "认定依据",
        "last": "最近活动",
        "unspent": "余额",
        "not_asked": "未查（可能为热钱包）",
        "rules": "各口径的含义",
        "law": "各国法院采纳的口径不一，涉虚拟货币的判例尚少（未经核实，援引前请查证现行法律）。"
        "本报告不预设口径；各口径结论一致之处，口径选择影响较小。",
        "errors": "误差实测",
        "errors_text": "在真实归属已知的链上，对按行为识别的充值地址逐一核对。真实机构与模拟不同，实际误差可能更大。",
        "truth": "数据",
        "true": "实际到达",
        "reached": "其中识别出",
        "found": "识别总数",
        "wrong": "误识别",
        "limits": "本报告不能证明的事项",
        "limits_text": "机构内部划转、闪电网络及其他链上的支付在此不可见。标签的真实性取决于其制作者。资金到达某机构，"
        "并不说明由谁卖出，须调取该机构记录。校验可证明所列交易均在链上，不能证明不存在其他交易，后者须核对区块。",
        "none": "无。",
        "more": "另有 {count:,} 行，见 `{table}`。",
    },
}
