from django.db import migrations, models

import agencies.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0010_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinksRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact", agencies.sealed.SealedJSONField()),
                ("language", models.CharField(default="vi", max_length=5)),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
            ],
            options={
                "verbose_name": "request for links",
                "verbose_name_plural": "requests for links",
                "default_permissions": (),
            },
        ),
    ]
