"""What alerts answers about silences tried, quiet times, notices, routes, quality and groups."""

TARGET_WARNING = "8655c3cd-5c56-5cc8-aa25-f782f3530200"
EVIL = "<script>alert(1)</script>"

PREVIEW = {
    "count": 60,
    "grave": 1,
    "needs_approval": True,
    "levels": {"red": 1, "yellow": 59},
    "regions": {"150200": 60},
    "warnings": [
        {
            "id": TARGET_WARNING,
            "level": "red",
            "subject": "region:150200",
            "subject_name": "包头市",
            "measure": "energy",
            "kind": "intensity",
            "labels": {"alertname": "intensity"},
        }
    ],
}
QUIET_TIMES = (
    {
        "name": "night",
        "when": [
            {"times": [{"start_time": "00:00", "end_time": "06:00"}], "weekdays": ["monday"]},
            {"holidays": "cn", "location": "Asia/Shanghai"},
        ],
        "matchers": ['level="notice"'],
        "reason": "夜间不打扰",
        "owner": "policy",
        "red_too": False,
        "now": True,
    },
)
NOTICE = {
    "number": 7,
    "notice": "44444444-5c56-5cc8-aa25-f782f3530001",
    "recipient": "nm-energy",
    "address": "email-1",
    "channel": "email",
    "reason": "first_notice",
    "level": "red",
    "state": "failed",
    "created_at": "2018-06-30T17:00:00Z",
    "attempts": 3,
    "next_at": None,
    "last_at": "2018-06-30T18:00:00Z",
    "last_status": 550,
    "last_detail": "no such mailbox",
    "document": {"recipient_title": "节能处", "level": "red", "firing": [], "resolved": []},
    "rendered": {"subject": "红色预警", "text": f"请处理 {EVIL}"},
}
ATTEMPTS = [
    {
        "attempt": 1,
        "step": "answered",
        "at": "2018-06-30T17:00:01Z",
        "copy_of_service": 1,
        "repeats": True,
        "result": "rejected",
        "status": 550,
        "detail": "no such mailbox",
    }
]
ROUTES = {
    "version": "2",
    "receivers": ["duty", "carbon-office"],
    "unanswered": ["carbon-office"],
    "document": {
        "receiver": "duty",
        "group_by": ["region"],
        "group_wait": "30s",
        "routes": [{"receiver": "carbon-office", "matchers": ['measure="carbon"']}],
    },
}
CONTACTS = (
    {
        "name": "nm-energy",
        "title": "节能处",
        "language": "zh",
        "offices": ["duty"],
        "addresses": [{"key": "email-1", "channel": "email", "target": "a@example.org"}],
        "role": "regulator",
        "scope": ["region:150000"],
        "measures": ["energy"],
        "min_level": "yellow",
    },
)
QUALITY = (
    {
        "kind": "used",
        "rule": "used",
        "region": "150200",
        "measure": "energy",
        "warnings": 20,
        "raised": 22,
        "confirmed": 8,
        "false": 10,
        "duplicate": 0,
        "open": 1,
        "unanswered": 1,
        "came_true": 6,
        "lead_seconds": 259200.0,
        "lead_p90_seconds": None,
        "acknowledged": 9,
        "acknowledge_seconds": 5400.0,
        "acknowledge_p90_seconds": None,
        "overdue_steps": 2,
        "noisy": True,
        "why": "",
    },
)
TESTED = {
    "receivers": ["duty"],
    "destinations": [
        {
            "place": "0",
            "receiver": "duty",
            "group": {"region": "150200"},
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
            "contacts": ["nm-energy"],
        }
    ],
    "steps": [
        {"place": "0", "receiver": "duty", "matchers": "{}", "chosen": True, "failed": None},
        {
            "place": "0.0",
            "receiver": "carbon-office",
            "matchers": '{measure="carbon"}',
            "chosen": False,
            "failed": 'measure="carbon"',
        },
    ],
}
REPLAY = {
    "would_raise": 7,
    "raised": 3,
    "gained": 4,
    "lost": 0,
    "silent": 90,
    "items": [
        {
            "subject": "region:150000",
            "subject_name": "内蒙古自治区",
            "about": "nm-2017",
            "about_name": "全年用电",
            "period": "2017",
            "would_raise": 2,
            "raised": 1,
            "gained": ["red"],
            "lost": [],
            "lead_seconds": 2678400.0,
        }
    ],
    "next": "x",
}
GROUPS = (
    {
        "key": "150200",
        "worst": "red",
        "total": 5,
        "levels": {"red": 1, "orange": 0, "yellow": 4, "notice": 0},
        "filter": {"region": "150200"},
        "newest": 46,
    },
)
