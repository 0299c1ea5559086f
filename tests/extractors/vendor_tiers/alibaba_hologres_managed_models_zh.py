"""Alibaba Hologres: the region is a group of cities, the category says modality and thinking."""

from __future__ import annotations

from tests.extractors.vendor_tiers import Wants

WORDS: dict[str, Wants] = {
    "北京/上海/杭州/深圳": {"region": "北京/上海/杭州/深圳"},
    "新加坡": {"region": "新加坡"},
    "文本生成（非思考+思考）": {"thinking": "any"},
    "翻译": {},
    "向量": {},
    "多模态向量-文本": {"modality": "text"},
    "多模态向量-图片/视频": {"modality": {"image", "video"}.__contains__},
}
