from django.db import migrations, models

PUBLIC = [
    "opened", "accepted", "refused", "assigned", "asked", "passed_on", "extended", "published", "rated", "reopened",
    "reopening_declined", "closed", "merged",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("feedback", "0021_post_open311")]

    operations = [
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["at", "id"], condition=models.Q(verb__in=PUBLIC), name="feedback_log_public"),
        ),
    ]
