"""Words of ``gridcanary chain trace``, in zh-CN and en."""

from __future__ import annotations

TEXTS = {
    "zh": {
        "labels": "标签：{count:,} 条，{scripts:,} 个脚本；其中相互矛盾 {contradictory:,} 个，地址有误 {refused:,} 条",
        "none": "未提供标签（--labels）：资金到达服务机构时无法识别。",
        "not_followed": "未追踪：{text}（{coin}）。需要：{needed}",
        "received": "{wallets} 个钱包，收款 {receipts:,} 笔，共 {received} {coin}；"
        "追踪 {payments:,} 笔交易，截至高度 {height:,}",
        "end": "去向（{coin}）",
        "service": "服务机构",
        "freeze": "拟冻结地址 {addresses:,} 个，其中可查客户身份的充值地址 {customers:,} 个：见 {path}",
        "assumed": "注意：{count:,} 笔交易有一个输入金额不明，按无手续费推算。",
        "loose": "注意：收入了不在最优链上或高度不明的区块（--loose），其中的交易未必有效。",
        "gaps": "注意：缺少 {count:,} 个高度的区块，期间的交易看不到。",
        "passed": "读取中略过 {count:,} 处，见 dossier.json。",
        "seal": "卷宗写入 {path}；封印 {seal}，请另行记录，复核时以 --seal 核对。",
    },
    "en": {
        "labels": "Labels: {count:,} on {scripts:,} scripts; {contradictory:,} scripts with labels that contradict "
        "each other, {refused:,} labels left out, their address is none",
        "none": "No labels (--labels): where coins reach a service, nothing tells.",
        "not_followed": "Not followed: {text} ({coin}). Needed: {needed}",
        "received": "{wallets} wallets, {receipts:,} receipts of {received} {coin}; {payments:,} payments followed "
        "up to height {height:,}",
        "end": "Where it ended ({coin})",
        "service": "Service",
        "freeze": "{addresses:,} addresses to freeze, {customers:,} of them deposit addresses by which a service "
        "finds its customer: see {path}",
        "assumed": "Note: of {count:,} payments one input's value was not to be had; deduced as if there were no fee.",
        "loose": "Note: blocks that lost, or that nothing places, were taken too (--loose); what they hold may not "
        "be valid.",
        "gaps": "Note: the blocks of {count:,} heights are missing; payments in them can't be seen.",
        "passed": "Passed over in reading: {count:,}; see dossier.json.",
        "seal": "Dossier written to {path}; its seal is {seal}. Write it down elsewhere; verify compares it with "
        "--seal.",
    },
}
