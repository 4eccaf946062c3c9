"""Addresses of documents."""

from django.urls import URLPattern, URLResolver, include, path

from gridcanary.documents.views import files, paper, paper_list, referrals, unit_settings

app_name = "documents"

paper_patterns = [
    path("", paper.paper, name="paper"),
    path("edit/", paper.edit, name="edit"),
    path("submit/", paper.submit, name="submit"),
    path("review/", paper.review, name="review"),
    path("issue/", paper.issue, name="issue"),
    path("withdraw/", paper.withdraw, name="withdraw"),
    path("serve/", paper.serve, name="serve"),
    path("scan/", paper.scan, name="scan"),
    path("v<int:version>/pages/<int:page>.png", files.page, name="page"),
    path("v<int:version>/paper.pdf", files.pdf, name="pdf"),
    path("v<int:version>/paper.docx", files.docx, name="docx"),
    path("files/<int:file>/", files.attached, name="file"),
]

referral_patterns = [
    path("", referrals.referral, name="referral"),
    path("decide/", referrals.decide, name="decide_referral"),
    path("send/", referrals.send, name="send_referral"),
    path("receive/", referrals.receive, name="receive_referral"),
    path("reroute/", referrals.reroute, name="reroute_referral"),
    path("answer/", referrals.answer_referral, name="answer_referral"),
    path("referral.zip", referrals.package, name="referral_package"),
]

case_patterns: list[URLPattern | URLResolver] = [
    path("documents/", paper_list.papers, name="papers"),
    path("documents/new/<str:code>/", paper.new, name="new"),
    path("documents/<int:key>/", include(paper_patterns)),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/new/<str:code>/", referrals.new, name="new_referral"),
    path("referrals/<int:key>/", include(referral_patterns)),
]

urlpatterns = [
    path("cases/<str:number>/", include(case_patterns)),
    path("papers/", unit_settings.overview, name="unit_papers"),
    path("papers/<str:unit>/letterhead/", unit_settings.letterhead, name="letterhead"),
    path("papers/<str:unit>/<str:code>.docx", unit_settings.download, name="template"),
    path("papers/<str:unit>/<str:code>/", unit_settings.template, name="own_template"),
]
