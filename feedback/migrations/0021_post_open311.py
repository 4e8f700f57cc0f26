from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_heard_updates")]

    operations = [
        migrations.AlterModelOptions(
            name="report",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("triage_report", "Can accept, refuse, assign and merge reports"),
                    ("handle_report", "Can work on reports and write answers"),
                    ("approve_answer", "Can approve answers: they become public"),
                    ("lead_report", "Can reopen reports and decide about appeals"),
                    ("moderate_report", "Can hide reports and ban senders"),
                    ("file_report", "Can file reports for citizens"),
                    ("post_open311", "Can send reports of citizens by Open311, with a key"),
                ],
                "verbose_name": "report",
                "verbose_name_plural": "reports",
            },
        ),
    ]
