"""Addresses of findings, cases, rules, runs and exclusions."""

from django.urls import path

from taizhang.office.findings import case_views, rule_views, views

urlpatterns = [
    path("", views.findings, name="findings"),
    path("export/", views.export, name="findings-export"),
    path("start/", rule_views.start, name="findings-start"),
    path("rules/", rule_views.rules, name="findings-rules"),
    path("rules/<str:name>/", rule_views.rule, name="findings-rule"),
    path("runs/", rule_views.runs, name="findings-runs"),
    path("runs/<str:number>/", rule_views.run, name="findings-run"),
    path("exclusions/", views.exclusions, name="findings-exclusions"),
    path("exclusions/<str:number>/file/", views.exclusion_file, name="findings-exclusion-file"),
    path("cases/<str:number>/", case_views.case, name="case"),
    path("cases/<str:number>/verify/", case_views.verify, name="case-verify"),
    path("cases/<str:number>/decide/", case_views.decide, name="case-decide"),
    path("cases/<str:number>/plan/", case_views.plan, name="case-plan"),
    path("cases/<str:number>/recover/", case_views.recover, name="case-recover"),
    path("cases/<str:number>/hand-over/", case_views.hand_over, name="case-hand-over"),
    path("cases/<str:number>/appeal/", case_views.appeal, name="case-appeal"),
    path("cases/<str:number>/files/<str:name>/", case_views.attachment, name="case-file"),
    path("<str:number>/", views.finding, name="finding"),
    path("<str:number>/assign/", case_views.assign, name="finding-assign"),
    path("<str:number>/exclude/", case_views.exclude, name="finding-exclude"),
]
